using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>Packed rows × a few panels, in blocks of k that keep the widened weights in the nearest caches.</summary>
internal static unsafe class TileProduct<TLanes, TWeights>
    where TLanes : unmanaged, ILanes<TLanes>
    where TWeights : struct, IWeightFormat
{
    /// <summary>Steps of k whose weights are widened at a time.</summary>
    private const int BlockInputs = 256;

    /// <summary>Floats that <see cref="Compute"/> needs for widened weights.</summary>
    public static int WidenedFloats => TLanes.TilePanels * BlockInputs * WeightPanels.Width;

    /// <summary>sums[row][panel][16] = Σₖ input[row][k] · panel[k][16] over all of k, in order.</summary>
    /// <param name="input">Packed tiles (<see cref="PackInputWork"/>).</param>
    /// <param name="inputs">K.</param>
    /// <param name="tiles">How the rows are cut.</param>
    /// <param name="firstTile">First tile to compute.</param>
    /// <param name="endTile">Behind the last one.</param>
    /// <param name="panels">Addresses of the panels.</param>
    /// <param name="widened">Scratch of <see cref="WidenedFloats"/>.</param>
    /// <param name="sums">Rows of these tiles × <c>TilePanels</c> × 16.</param>
    public static void Compute(
        float* input, int inputs, RowTiles tiles, int firstTile, int endTile, PanelPair panels, float* widened, float* sums)
    {
        int rowFloats = TLanes.TilePanels * WeightPanels.Width;
        int firstRow = tiles.First(firstTile);
        new Span<float>(sums, (tiles.First(endTile) - firstRow) * rowFloats).Clear();
        for (int k = 0; k < inputs; k += BlockInputs)
        {
            int count = Math.Min(BlockInputs, inputs - k);
            float* panel0 = Widen(panels.First, k, count, widened);
            float* panel1 = TLanes.TilePanels == 2 ? Widen(panels.Second, k, count, widened + (BlockInputs * WeightPanels.Width)) : null;
            for (int tile = firstTile; tile < endTile; tile++)
            {
                int row = tiles.First(tile);
                int height = tiles.Height(tile);
                float* rows = input + ((long)row * inputs) + ((long)k * height);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float* Widen(byte* panel, int firstInput, int count, float* widened)
    {
        byte* from = panel + ((long)firstInput * WeightPanels.Width * TWeights.Bytes);
        if (TWeights.Bytes == sizeof(float))
        {
            return (float*)from;
        }

        for (int k = 0; k < count; k++)
        {
            TLanes.Store(TWeights.Load<TLanes>(from + (k * WeightPanels.Width * TWeights.Bytes)), widened + (k * WeightPanels.Width));
        }

        return widened;
    }
}

/// <summary>The one or two panels of a tile. Where the matrix ends at an odd panel, the second is the first again and its results are dropped.</summary>
internal readonly unsafe struct PanelPair(byte* first, byte* second)
{
    public byte* First => first;

    public byte* Second => second;
}
