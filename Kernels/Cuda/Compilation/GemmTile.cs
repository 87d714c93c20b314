namespace SpecExecNative.Kernels.Cuda;

/// <summary>
/// How a matrix product is cut: a block makes <paramref name="Rows"/> × <paramref name="Columns"/> of the output from slices
/// of <paramref name="Depth"/> of the inner dimension, a warp an equal part of it.
/// </summary>
/// <remarks>All tiles sum over the inner dimension in the same order, so they give the same bits.</remarks>
/// <param name="Name">Part of the variant's name.</param>
/// <param name="Rows">Of the output.</param>
/// <param name="Columns">Of the output, per weight matrix.</param>
/// <param name="Depth">Elements of the inner dimension in shared memory at a time: 32 or 64.</param>
/// <param name="Stages">Slices in flight.</param>
/// <param name="WarpRows">Warps along the rows.</param>
/// <param name="WarpColumns">Warps along the columns.</param>
/// <param name="MaxRegisters">Of a thread.</param>
internal readonly record struct GemmTile(
    string Name, int Rows, int Columns, int Depth, int Stages, int WarpRows, int WarpColumns, int MaxRegisters)
{
    public int Threads => WarpRows * WarpColumns * 32;

    /// <summary>Shared memory of a product with one (linear) or two (SwiGLU) weight matrices.</summary>
    public int SharedBytes(int matrices) => Stages * (Rows + (matrices * Columns)) * Depth * 2;

    /// <summary>The same with weights of 4 bits: nibbles, and a scale and a zero for each half of the depth.</summary>
    public int Int4SharedBytes(int matrices)
    {
        const int ScaleAndZeroBytes = 2 * (2 + 1);
        return Stages * ((Rows * Depth * 2) + (matrices * Columns * ((Depth / 2) + ScaleAndZeroBytes)));
    }

    public (string, int)[] Constants =>
    [
        ("TILE_ROWS", Rows), ("TILE_COLUMNS", Columns), ("TILE_DEPTH", Depth), ("STAGES", Stages),
        ("WARP_ROWS", WarpRows), ("WARP_COLUMNS", WarpColumns),
    ];
}
