namespace SpecExecNative.Kernels.Cuda;

/// <summary>
/// The tiles of the matrix products. Up to 32 rows the weights' bytes bound the time: small tiles, so that many blocks
/// read at once, and deep slices. From 128 rows on the tensor cores do: a 64 × 64 part per warp, which reads shared memory
/// once per 32 products. In between half of that.
/// </summary>
internal sealed class GemmTiles
{
    private GemmTiles(GemmTile[] linear, GemmTile[] swiGlu)
    {
        Linear = linear;
        SwiGlu = swiGlu;
    }

    public IReadOnlyList<GemmTile> Linear { get; }

    public IReadOnlyList<GemmTile> SwiGlu { get; }

    /// <summary>The tile for so many rows.</summary>
    public static string NameFor(int rows) => rows switch
    {
        <= 16 => "narrow16",
        <= 32 => "narrow32",
        < 128 => "middle",
        _ => "wide",
    };

    /// <summary>Turing copies through registers and so has one slice in flight; it would gain nothing from more.</summary>
    public static GemmTiles For(KernelGeneration generation)
    {
        bool async = generation != KernelGeneration.Turing;
        int deep = async ? 4 : 2;
        int middle = async ? 3 : 2;
        return new GemmTiles(
            [
                new("narrow16", 16, 64, 64, deep, 1, 4, 128),
                new("narrow32", 32, 64, 64, deep, 1, 4, 144),
                new("middle", 64, 128, 32, middle, 2, 2, 144),
                new("wide", 128, 128, 32, 2, 2, 2, 240),
            ],
            [
                new("narrow16", 16, 64, 64, deep, 1, 4, 128),
                new("narrow32", 32, 64, 64, deep, 1, 4, 144),
                new("middle", 64, 64, 32, middle, 2, 2, 144),
                new("wide", 128, 64, 32, 2, 2, 2, 240),
            ]);
    }
}
