namespace SpecExecNative.Kernels;

/// <summary>The logical shape of a weight matrix as checkpoints store it: <c>[out, in]</c>, row-major.</summary>
/// <param name="Rows">Outputs (N).</param>
/// <param name="Columns">Inputs (K).</param>
/// <param name="Type">Element type, kept as stored: <see cref="DType.F32"/>, <see cref="DType.F16"/> or <see cref="DType.BF16"/>.</param>
public readonly record struct WeightShape(int Rows, int Columns, DType Type)
{
    /// <summary>Bytes of one row in the checkpoint.</summary>
    public long RowBytes => (long)Columns * Type.Bytes();
}
