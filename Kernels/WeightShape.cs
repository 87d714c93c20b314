namespace SpecExecNative.Kernels;

/// <summary>The logical shape of a weight matrix as checkpoints store it: <c>[out, in]</c>, row-major.</summary>
/// <param name="Rows">Outputs (N).</param>
/// <param name="Columns">Inputs (K).</param>
/// <param name="Type">Element type, kept as stored: <see cref="DType.F32"/>, <see cref="DType.F16"/>, <see cref="DType.BF16"/> or <see cref="DType.Int4"/>.</param>
/// <param name="Groups">Of an int4 matrix.</param>
public readonly record struct WeightShape(int Rows, int Columns, DType Type, Int4Groups Groups = default)
{
    /// <summary>
    /// Bytes of one row as <see cref="ComputeDevice.PackRows"/> takes it. A row of int4 is ⌈K / 2⌉ bytes of nibbles (input 2i in the lower
    /// half of byte i; 0 behind the last), then for each group a binary16 scale, then for each group a byte zero, whether or not the
    /// groups have zeros.
    /// </summary>
    public long RowBytes => Type == DType.Int4
        ? ((Columns + 1L) / 2) + (3L * Groups.Count(Columns))
        : (long)Columns * Type.Bytes();
}
