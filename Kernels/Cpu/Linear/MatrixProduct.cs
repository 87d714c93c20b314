using SpecExecNative.Kernels.Cpu.Simd;
using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>
/// A product of rows with one packed matrix or two of the same shape. Every output is a sequence of fused multiply-adds
/// over k from zero, in order, whatever the number of rows, threads or lanes: that is what makes rows independent of their batch.
/// </summary>
internal readonly unsafe struct MatrixProduct(float* input, int rows, WeightShape shape, byte* first, byte* second)
{
    // Rows handled at a time: bounds the scratch, and weights are widened once for this many rows.
    private const int MaxRows = 384;

    // Items per thread below which the rows of a panel are shared out too.
    private const int ItemsPerThread = 4;

    public void Run<TLanes, TFinish>(WorkerTeam team, ScratchMemory scratch, TFinish finish)
        where TLanes : unmanaged, ILanes<TLanes>
        where TFinish : unmanaged, IFinish
    {
        switch (shape.Type)
        {
            case DType.F16:
                Run<TLanes, DensePanels<F16Weights>, TFinish>(team, scratch, finish);
                break;
            case DType.BF16:
                Run<TLanes, DensePanels<BF16Weights>, TFinish>(team, scratch, finish);
                break;
            case DType.Int4:
                Run<TLanes, Int4Panels, TFinish>(team, scratch, finish);
                break;
            default:
                Run<TLanes, DensePanels<F32Weights>, TFinish>(team, scratch, finish);
                break;
        }
    }

    private void Run<TLanes, TFormat, TFinish>(WorkerTeam team, ScratchMemory scratch, TFinish finish)
        where TLanes : unmanaged, ILanes<TLanes>
        where TFormat : struct, IPanelFormat
        where TFinish : unmanaged, IFinish
    {
        if (rows == 1)
        {
            RunRow<TLanes, TFormat, TFinish>(team, finish);
            return;
        }

        for (int row = 0; row < rows; row += MaxRows)
        {
            RunTiles<TLanes, TFormat, TFinish>(team, scratch, finish, row, Math.Min(MaxRows, rows - row));
        }
    }

    private void RunRow<TLanes, TFormat, TFinish>(WorkerTeam team, TFinish finish)
        where TLanes : unmanaged, ILanes<TLanes>
        where TFormat : struct, IPanelFormat
        where TFinish : unmanaged, IFinish
    {
        RowWork<TLanes, TFormat, TFinish> work = new()
        {
            Input = input,
            Shape = PanelShape.Of(shape),
            First = first,
            Second = second,
            Panels = WeightPanels.Count(shape.Rows),
            Finish = finish,
        };
        team.Run(ref work, work.Items, Cost<TFinish>(1) / work.Items);
    }

    private void RunTiles<TLanes, TFormat, TFinish>(WorkerTeam team, ScratchMemory scratch, TFinish finish, int firstRow, int count)
        where TLanes : unmanaged, ILanes<TLanes>
        where TFormat : struct, IPanelFormat
        where TFinish : unmanaged, IFinish
    {
        RowTiles tiles = RowTiles.For<TLanes>(count);
        long packedFloats = (long)tiles.PaddedRows * shape.Columns;
        float* memory = scratch.Floats(packedFloats + (team.Threads * TileWork<TLanes, TFormat, TFinish>.ScratchFloats(tiles.PaddedRows)));
        PackInputWork pack = new()
        {
            Input = input + ((long)firstRow * shape.Columns),
            Packed = memory,
            Tiles = tiles,
            Rows = count,
            Inputs = shape.Columns,
        };
        team.Run(ref pack, tiles.Count, (long)tiles.Large * shape.Columns);

        int panels = WeightPanels.Count(shape.Rows);
        TileWork<TLanes, TFormat, TFinish> work = new()
        {
            Packed = memory,
            Tiles = tiles,
            Shares = Math.Clamp(team.Threads * ItemsPerThread * TLanes.TilePanels / panels, 1, tiles.Count),
            FirstRow = firstRow,
            Rows = count,
            Shape = PanelShape.Of(shape),
            First = first,
            Second = second,
            Panels = panels,
            Finish = finish,
            Scratch = memory + packedFloats,
        };
        team.Run(ref work, work.Items, Cost<TFinish>(count) / work.Items);
    }

    /// <summary>Multiply-adds.</summary>
    private long Cost<TFinish>(int count)
        where TFinish : unmanaged, IFinish
        => (long)count * shape.Rows * shape.Columns * (TFinish.TakesTwo ? 2 : 1);
}
