namespace SpecExecNative.Kernels.Cuda;

/// <summary>How a product with few rows is cut whose inner dimension the warps of a block share.</summary>
/// <param name="Name">Part of the variant's name.</param>
/// <param name="Rows">Of the output.</param>
/// <param name="Columns">Of the output.</param>
/// <param name="Turns">Slices of 64 of the inner dimension that a warp has in registers.</param>
/// <param name="MaxRegisters">Of a thread.</param>
internal readonly record struct FewRowsTile(string Name, int Rows, int Columns, int Turns, int MaxRegisters)
{
    public const string Few16 = "few16";
    public const string Few32 = "few32";

    /// <summary>Eight warps for all: their number decides the order of sums.</summary>
    public const int Threads = 256;

    public static IReadOnlyList<FewRowsTile> All { get; } = [new(Few16, 16, 16, 3, 128), new(Few32, 32, 16, 2, 136)];

    public (string, int)[] Constants => [("TILE_ROWS", Rows), ("TILE_COLUMNS", Columns), ("TURNS", Turns)];
}
