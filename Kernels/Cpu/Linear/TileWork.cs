using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;
using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>A product with several rows; an item is the panels of one register tile × a share of the rows.</summary>
internal unsafe struct TileWork<TLanes, TFormat, TFinish> : IWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TFormat : struct, IPanelFormat
    where TFinish : unmanaged, IFinish
{
    /// <summary>Interleaved rows (<see cref="PackInputWork"/>).</summary>
    public float* Packed;
    public RowTiles Tiles;

    /// <summary>How many items share the rows of one pair of panels.</summary>
    public int Shares;
    public int FirstRow;
    public int Rows;
    public PanelShape Shape;
    public byte* First;
    public byte* Second;
    public int Panels;
    public TFinish Finish;

    /// <summary>One block of <see cref="ScratchFloats"/> for each worker.</summary>
    public float* Scratch;

    public readonly int Items => (Panels + TLanes.TilePanels - 1) / TLanes.TilePanels * Shares;

    private static int RowFloats => TLanes.TilePanels * WeightPanels.Width;

    /// <summary>Scratch of one worker for at most this many padded rows.</summary>
    public static long ScratchFloats(int rows)
        => TileProduct<TLanes, TFormat>.WidenedFloats + ((TFinish.TakesTwo ? 2L : 1L) * rows * RowFloats);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int item, int worker)
    {
        int panel = item / Shares * TLanes.TilePanels;
        int share = item % Shares;
        int firstTile = (int)((long)Tiles.Count * share / Shares);
        int endTile = (int)((long)Tiles.Count * (share + 1) / Shares);
        int rows = Tiles.First(endTile) - Tiles.First(firstTile);
        float* widened = Scratch + (worker * ScratchFloats(Tiles.PaddedRows));
        float* sums = widened + TileProduct<TLanes, TFormat>.WidenedFloats;
        float* second = sums + (rows * RowFloats);
        TileProduct<TLanes, TFormat>.Compute(Packed, Shape, Tiles, firstTile, endTile, Pair(First, panel), widened, sums);
        if (TFinish.TakesTwo)
        {
            TileProduct<TLanes, TFormat>.Compute(Packed, Shape, Tiles, firstTile, endTile, Pair(Second, panel), widened, second);
        }

        int end = Math.Min(Rows, Tiles.First(endTile));
        for (int row = Tiles.First(firstTile); row < end; row++)
        {
            for (int i = panel; i < Math.Min(panel + TLanes.TilePanels, Panels); i++)
            {
                int at = ((row - Tiles.First(firstTile)) * RowFloats) + ((i - panel) * WeightPanels.Width);
                Finish.Store<TLanes>(sums + at, second + at, FirstRow + row, i * WeightPanels.Width);
            }
        }
    }

    private readonly PanelPair Pair(byte* matrix, int panel)
    {
        long panelBytes = TFormat.PanelBytes(Shape);
        return new(matrix + (panel * panelBytes), matrix + (Math.Min(panel + 1, Panels - 1) * panelBytes));
    }
}
