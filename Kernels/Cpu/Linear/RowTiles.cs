using SpecExecNative.Kernels.Cpu.Simd;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>
/// How the rows of a GEMM are cut into register tiles: as many of <see cref="Large"/> rows as fit, then one or two of
/// <see cref="Small"/>, or one more large one. Rows that do not exist are computed as zeros and dropped.
/// </summary>
internal readonly struct RowTiles
{
    /// <summary>Height of the small tile.</summary>
    public const int Small = 4;

    private RowTiles(int large, int largeTiles, int smallTiles)
    {
        Large = large;
        LargeTiles = largeTiles;
        Count = largeTiles + smallTiles;
    }

    /// <summary>Height of the large tile.</summary>
    public int Large { get; }

    public int LargeTiles { get; }

    /// <summary>All tiles.</summary>
    public int Count { get; }

    /// <summary>Rows with those that pad the last tile.</summary>
    public int PaddedRows => First(Count);

    public static RowTiles For<TLanes>(int rows)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int large = TLanes.TileRows;
        int rest = rows % large;
        int smallTiles = (rest + Small - 1) / Small;
        return smallTiles * Small < large ? new(large, rows / large, smallTiles) : new(large, (rows / large) + 1, 0);
    }

    public int Height(int tile) => tile < LargeTiles ? Large : Small;

    /// <summary>First row of a tile.</summary>
    public int First(int tile) => tile <= LargeTiles ? tile * Large : (LargeTiles * Large) + ((tile - LargeTiles) * Small);
}
