namespace SpecExecNative.Kernels.Cuda;

/// <summary>How tree attention is cut: a warp has 16 rows (token, query head of the group), a block of keys has 32.</summary>
/// <param name="HeadDim">Elements per head.</param>
/// <param name="Warps">Of a block.</param>
/// <param name="MaxRegisters">Of a thread.</param>
internal readonly record struct AttentionTile(int HeadDim, int Warps, int MaxRegisters)
{
    private const int KeysPerBlock = 32;
    private const int RowsPerWarp = 16;

    // Keys and values of two stages for the shared prefix; behind it one of these tiles for each warp.
    private const int Tiles = 4;

    public int Threads => Warps * 32;

    public int SharedBytes
    {
        get
        {
            // Fragments are 16 deep; 16 more bytes keep eight successive rows in different banks.
            int rowBytes = ((HeadDim + 15) / 16 * 16 * 2) + 16;
            return Tiles * KeysPerBlock * rowBytes;
        }
    }

    public (string, int)[] Constants => [("HEAD_DIM", HeadDim), ("TILE_ROWS", Warps * RowsPerWarp)];

    public static string Name(int headDim, string suffix) => $"attention-{headDim}-{suffix}";

    public static string SplitName(int headDim, string suffix) => $"attention-{headDim}-split-{suffix}";

    /// <summary>What fits into the shared memory of every card of a generation.</summary>
    public static int LargestHeadDim(KernelGeneration generation) => generation == KernelGeneration.Turing ? 240 : 256;

    /// <summary>The tile for a head size. Sizes above 160 work, but spill registers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No multiple of 8, or too large for the generation's shared memory.</exception>
    public static AttentionTile For(KernelGeneration generation, int headDim)
    {
        int most = LargestHeadDim(generation);
        return headDim < 8 || headDim > most || headDim % 8 != 0
            ? throw new ArgumentOutOfRangeException(nameof(headDim), headDim, $"Attention needs a head size that is a multiple of 8, at most {most}.")
            : new AttentionTile(headDim, Warps: 4, MaxRegisters: 255);
    }
}
