using SpecExecNative.Kernels.Cpu.Simd;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>Packed rows × a few panels, in blocks of k that keep the widened weights in the nearest caches.</summary>
internal static unsafe class TileProduct<TLanes, TFormat>
    where TLanes : unmanaged, ILanes<TLanes>
    where TFormat : struct, IPanelFormat
{
    /// <summary>Steps of k whose weights are widened at a time.</summary>
    private const int BlockInputs = 256;

    /// <summary>Floats that <see cref="Compute"/> needs for widened weights.</summary>
    public static int WidenedFloats => TLanes.TilePanels * BlockInputs * WeightPanels.Width;

    /// <summary>sums[row][panel][16] = Σₖ input[row][k] · panel[k][16] over all of k, in order.</summary>
    /// <param name="input">Packed tiles (<see cref="PackInputWork"/>).</param>
    /// <param name="shape">Of the panels.</param>
    /// <param name="tiles">How the rows are cut.</param>
    /// <param name="firstTile">First tile to compute.</param>
    /// <param name="endTile">Behind the last one.</param>
    /// <param name="panels">Addresses of the panels.</param>
    /// <param name="widened">Scratch of <see cref="WidenedFloats"/>.</param>
    /// <param name="sums">Rows of these tiles × <c>TilePanels</c> × 16.</param>
    public static void Compute(
        float* input, PanelShape shape, RowTiles tiles, int firstTile, int endTile, PanelPair panels, float* widened, float* sums)
    {
        int rowFloats = TLanes.TilePanels * WeightPanels.Width;
        int firstRow = tiles.First(firstTile);
        new Span<float>(sums, (tiles.First(endTile) - firstRow) * rowFloats).Clear();
        for (int k = 0; k < shape.Inputs; k += BlockInputs)
        {
            int count = Math.Min(BlockInputs, shape.Inputs - k);
            float* panel0 = TFormat.Widen<TLanes>(panels.First, shape, k, count, widened);
            float* panel1 = TLanes.TilePanels == 2 ? TFormat.Widen<TLanes>(panels.Second, shape, k, count, widened + (BlockInputs * WeightPanels.Width)) : null;
            for (int tile = firstTile; tile < endTile; tile++)
            {
                int row = tiles.First(tile);
                int height = tiles.Height(tile);
                float* rows = input + ((long)row * shape.Inputs) + ((long)k * height);
                float* tileSums = sums + ((row - firstRow) * rowFloats);
                if (TLanes.TilePanels == 2)
                {
                    TwoPanelKernel<TLanes>.Run(height, rows, panel0, panel1, count, tileSums);
                }
                else
                {
                    OnePanelKernel<TLanes>.Run(height, rows, panel0, count, tileSums);
                }
            }
        }
    }
}

/// <summary>The one or two panels of a tile. Where the matrix ends at an odd panel, the second is the first again and its results are dropped.</summary>
internal readonly unsafe struct PanelPair(byte* first, byte* second)
{
    public byte* First => first;

    public byte* Second => second;
}
