namespace SpecExecNative.Kernels.Cuda;

/// <summary>
/// The tiles of the matrix products, which all give the same bits. Up to 32 rows the weights' bytes bound the time: small tiles,
/// so that many blocks read at once, and many slices in flight. From there on the tensor cores do: the more outputs a warp has, the
/// fewer bytes of shared memory it reads for each product, as long as there are tiles for all multiprocessors.
/// </summary>
/// <remarks>
/// Chosen among about forty on an H200 (<c>Bench/results/h200</c>), with shared memory for two blocks on a multiprocessor of a GeForce
/// card in mind (100 KiB). Slices of 64 are two fifths faster there than slices of 32; where two blocks with them fit, that is the deep tile.
/// </remarks>
internal sealed class GemmTiles
{
    public const string Narrow16 = "narrow16";
    public const string Narrow32 = "narrow32";
    public const string Middle = "middle";
    public const string Wide = "wide";
    public const string Deep = "deep";

    private GemmTiles(GemmTile[] linear, GemmTile[] swiGlu)
    {
        Linear = linear;
        SwiGlu = swiGlu;
    }

    public IReadOnlyList<GemmTile> Linear { get; }

    public IReadOnlyList<GemmTile> SwiGlu { get; }

    /// <summary>Of products in slices of the inner dimension, whose sums depend on the number of slices.</summary>
    public IEnumerable<GemmTile> Slices => Linear.Where(tile => tile.Name is not (Wide or Deep));

    /// <summary>Turing copies through registers and so has one slice in flight.</summary>
    public static GemmTiles For(KernelGeneration generation) => generation == KernelGeneration.Turing
        ? new(
            [
                new(Narrow16, 16, 32, 64, 2, 1, 2, 80),
                new(Narrow32, 32, 64, 64, 2, 1, 4, 96),
                new(Middle, 64, 64, 64, 2, 2, 2, 128),
                new(Wide, 128, 128, 32, 2, 2, 2, 254),
            ],
            [
                new(Narrow16, 16, 32, 64, 2, 1, 2, 128),
                new(Narrow32, 32, 32, 64, 2, 1, 2, 144),
                new(Middle, 64, 32, 64, 2, 2, 2, 128),
                new(Wide, 128, 64, 32, 2, 2, 2, 240),
            ])
        : new(
            [
                new(Narrow16, 16, 32, 64, 8, 1, 2, 80),
                new(Narrow32, 32, 64, 64, 3, 1, 4, 80),
                new(Middle, 64, 64, 64, 3, 2, 2, 128),
                new(Wide, 128, 128, 32, 3, 2, 2, 240),
                new(Deep, 128, 128, 64, 2, 2, 2, 240),
            ],
            [
                new(Narrow16, 16, 32, 64, 4, 1, 2, 128),
                new(Narrow32, 32, 32, 64, 4, 1, 2, 128),
                new(Middle, 64, 32, 64, 3, 2, 2, 128),
                new(Wide, 128, 64, 32, 3, 2, 2, 240),
                new(Deep, 128, 64, 64, 2, 2, 2, 240),
            ]);

    /// <summary>
    /// For weights of 4 bits. Warps lie side by side, so that each weight is turned into an element once; slices are 64 deep, as blocks
    /// of packed weights are. On an H200 the wide tile reaches 0.8 to 1.0 of the dense one's speed.
    /// </summary>
    public static GemmTiles Int4For(KernelGeneration generation) => generation == KernelGeneration.Turing
        ? new(
            [
                new(Narrow16, 16, 64, 64, 2, 1, 4, 112),
                new(Narrow32, 32, 64, 64, 2, 1, 4, 112),
                new(Middle, 64, 64, 64, 2, 1, 4, 168),
                new(Wide, 128, 128, 64, 2, 2, 4, 192),
            ],
            [
                new(Narrow16, 16, 32, 64, 2, 1, 2, 136),
                new(Narrow32, 32, 64, 64, 2, 1, 4, 160),
                new(Middle, 64, 64, 64, 2, 1, 4, 208),
                new(Wide, 128, 64, 64, 2, 2, 4, 200),
            ])
        : new(
            [
                new(Narrow16, 16, 64, 64, 4, 1, 4, 112),
                new(Narrow32, 32, 64, 64, 4, 1, 4, 136),
                new(Middle, 64, 64, 64, 3, 1, 4, 144),
                new(Wide, 128, 128, 64, 2, 1, 4, 254),
            ],
            [
                new(Narrow16, 16, 32, 64, 4, 1, 2, 128),
                new(Narrow32, 32, 64, 64, 3, 1, 4, 144),
                new(Middle, 64, 64, 64, 2, 1, 4, 208),
                new(Wide, 128, 64, 64, 2, 1, 4, 254),
            ]);
}
