namespace SpecExecNative.Kernels.Cuda;

/// <summary>
/// Every kernel variant of a generation of cards, and which one does what: the one place where tile shapes are chosen.
/// </summary>
public sealed class KernelTable
{
    private const int WarpThreads = 32;
    private const int RowThreads = 256;
    private const int TopKThreads = 512;
    private const int TopKMergeThreads = 128;

    private static readonly int[] StandardHeadDims = [8, 16, 32, 64, 80, 96, 128];

    private static readonly KernelTable Turing = new(KernelGeneration.Turing);
    private static readonly KernelTable Ampere = new(KernelGeneration.Ampere);

    private readonly Dictionary<string, KernelVariant> _variants;
    private readonly GemmTiles _tiles;
    private readonly GemmTiles _int4Tiles;

    private KernelTable(KernelGeneration generation)
    {
        Generation = generation;
        _tiles = GemmTiles.For(generation);
        _int4Tiles = GemmTiles.Int4For(generation);
        WideColumns = (ColumnsOf(_tiles.Linear), ColumnsOf(_tiles.SwiGlu));
        Elements = generation == KernelGeneration.Turing ? [DType.F16] : [DType.F16, DType.BF16];
        All = [.. Build()];
        _variants = All.ToDictionary(variant => variant.Name);
    }

    /// <summary>The greatest k of top-k.</summary>
    public static int MaxTopK => 1024;

    /// <summary>Logits of a row that one block of top-k's first half has: 16 of them in each thread's registers.</summary>
    public static int TopKSegment => 16 * TopKThreads;

    /// <summary>The variants of all generations.</summary>
    public static IEnumerable<KernelVariant> Everything => Turing.All.Concat(Ampere.All);

    /// <summary>The cards it is for.</summary>
    public KernelGeneration Generation { get; }

    /// <summary>16-bit types that the generation's tensor cores multiply.</summary>
    public IReadOnlyList<DType> Elements { get; }

    /// <summary>All variants that are shipped and checked; attention for other head sizes is made on demand.</summary>
    public IReadOnlyList<KernelVariant> All { get; }

    /// <summary>Whether there is attention for heads of this size.</summary>
    public static bool SupportsHeadDim(KernelGeneration generation, int headDim)
        => headDim >= 8 && headDim <= AttentionTile.LargestHeadDim(generation) && headDim % 8 == 0;

    /// <summary>The table of a generation.</summary>
    public static KernelTable For(KernelGeneration generation) => generation == KernelGeneration.Turing ? Turing : Ampere;

    /// <summary>The variant of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public KernelVariant Find(string name)
        => _variants.TryGetValue(name, out KernelVariant? variant) ? variant : throw new ArgumentException($"The {Generation} table has no kernel {name}.", nameof(name));

    /// <summary>input · weightᵀ. Grid: (⌈M / TileRows⌉, ⌈N / TileColumns⌉).</summary>
    /// <param name="element">Of input and weight.</param>
    /// <param name="tile">A name of <see cref="GemmTiles"/>, whose rows have the same bits in all of them, or of <see cref="FewRowsTile"/>.</param>
    public KernelVariant Linear(DType element, string tile) => Find($"linear-{tile}-{Suffix(element)}");

    /// <summary>The same for slices of the inner dimension. Grid: (⌈M / TileRows⌉, ⌈N / TileColumns⌉, slices).</summary>
    public KernelVariant LinearSlices(DType element) => Find($"linear-slices-{Suffix(element)}");

    /// <summary><see cref="Linear"/> with weights of 4 bits.</summary>
    public KernelVariant Int4Linear(DType element, string tile) => Find($"linear-int4-{tile}-{Suffix(element)}");

    /// <summary><see cref="LinearSlices"/> with weights of 4 bits, for a narrow or the middle tile.</summary>
    public KernelVariant Int4LinearSlices(DType element, string tile) => Find($"linear-int4-slices-{tile}-{Suffix(element)}");

    /// <summary><see cref="SwiGlu"/> with weights of 4 bits.</summary>
    public KernelVariant Int4SwiGlu(DType element, string tile) => Find($"swiglu-int4-{tile}-{Suffix(element)}");

    /// <summary>Weights of 4 bits as elements. Grid: (N, ⌈stride / threads⌉).</summary>
    public KernelVariant Dequantize(DType element) => Find($"dequantize-{Suffix(element)}");

    /// <summary>The sum of the slices. Grid: (⌈N / 2 / threads⌉, M).</summary>
    public KernelVariant LinearSum(DType element) => Find($"linear-sum-{Suffix(element)}");

    /// <summary>silu(input · gateᵀ) ⊙ (input · upᵀ). Grid: (⌈M / TileRows⌉, ⌈N / TileColumns⌉).</summary>
    /// <param name="element">Of input and weights.</param>
    /// <param name="tile">A name of <see cref="GemmTiles"/>.</param>
    public KernelVariant SwiGlu(DType element, string tile) => Find($"swiglu-{tile}-{Suffix(element)}");

    /// <summary>Columns of the wide tile of linear and swiglu.</summary>
    internal (int Linear, int SwiGlu) WideColumns { get; }

    /// <summary>Tree attention. Grid: (⌈M · group / TileRows⌉, kvHeads).</summary>
    /// <param name="element">Of queries, keys, values and output.</param>
    /// <param name="headDim">A multiple of 8 from 8 to 256 (Turing: 240); a size that is not standard is not in <see cref="All"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another head size.</exception>
    public KernelVariant TreeAttention(DType element, int headDim)
        => _variants.TryGetValue(AttentionTile.Name(headDim, Suffix(element)), out KernelVariant? variant)
            ? variant : AttentionVariant(element, headDim);

    /// <summary>Tree attention in parts. Grid: (⌈M · group / TileRows⌉, kvHeads, splits). Head sizes as for <see cref="TreeAttention"/>.</summary>
    public KernelVariant TreeAttentionSplit(DType element, int headDim)
        => _variants.TryGetValue(AttentionTile.SplitName(headDim, Suffix(element)), out KernelVariant? variant)
            ? variant : SplitAttentionVariant(element, headDim);

    /// <summary>The parts' sum. Grid: M · query heads.</summary>
    public KernelVariant AttentionMerge(DType element) => Find($"attention-merge-{Suffix(element)}");

    /// <summary>Top-k of segments of rows, k ≤ <see cref="MaxTopK"/>. Grid: (M, ⌈vocabulary / <see cref="TopKSegment"/>⌉).</summary>
    public KernelVariant TopKSegments() => Find("top-k-segments");

    /// <summary>Top-k of rows, from that of their segments. Grid: (M, ⌈segments · k / threads⌉).</summary>
    public KernelVariant TopKMerge() => Find("top-k-merge");

    /// <summary>Rows of a 16-bit table as f32. Grid: M.</summary>
    public KernelVariant Embed(DType element) => Find($"embed-{Suffix(element)}");

    /// <summary>RMSNorm. Grid: M.</summary>
    public KernelVariant RmsNorm(DType element) => Find($"rms-norm-{Suffix(element)}");

    /// <summary>Rows of an f32 matrix. Grid: M.</summary>
    public KernelVariant GatherRows() => Find("gather-rows");

    /// <summary>Query/key norm, RoPE, and the store of keys and values. Grid: (M, queryHeads + 2 · kvHeads).</summary>
    public KernelVariant RotateAndStore(DType element) => Find($"rotate-and-store-{Suffix(element)}");

    /// <summary>Compaction of the cache, whatever its 16-bit type. Grid: 2 · kvHeads.</summary>
    public KernelVariant MoveSlots() => Find("move-slots");

    /// <summary>A small copy out of host memory, past the copy engine. Grid: any.</summary>
    public KernelVariant Collect() => Find("collect");

    /// <summary>The word behind results that the host watches for. Grid: 1.</summary>
    public KernelVariant Deliver() => Find("deliver");

    private static string Suffix(DType element) => element switch
    {
        DType.F16 => "f16",
        DType.BF16 => "bf16",
        _ => throw new ArgumentOutOfRangeException(nameof(element), element, "CUDA kernels compute with f16 or bf16"),
    };

    private static int ColumnsOf(IEnumerable<GemmTile> tiles) => tiles.Single(tile => tile.Name == GemmTiles.Wide).Columns;

    private IEnumerable<KernelVariant> Build()
    {
        yield return Plain("gather-rows", "gather_rows", RowThreads, 32);
        yield return Plain("deliver", "deliver", WarpThreads, 16);
        yield return Plain("collect", "collect", RowThreads, 32);
        yield return Plain("move-slots", "move_slots", WarpThreads, 72);
        (int blocks, int registers) = Generation == KernelGeneration.Turing ? (2, 64) : (3, 40); // as many as threads and registers allow
        yield return Plain("top-k-segments", "top_k_segments", TopKThreads, registers, ("BLOCKS", blocks), ("MAX_K", MaxTopK), ("SEGMENT", TopKSegment));
        yield return Plain("top-k-merge", "top_k_merge", TopKMergeThreads, registers);
        yield return Naive(DType.F16, "gather-rows", "gather_rows", RowThreads) with { Name = "gather-rows-naive" };
        yield return Naive(DType.F16, "move-slots", "move_slots", WarpThreads) with { Name = "move-slots-naive" };
        yield return Naive(DType.F16, "top-k", "top_k", WarpThreads) with { Name = "top-k-naive" };
        foreach (KernelVariant variant in Elements.SelectMany(BuildFor))
        {
            yield return variant;
        }
    }

    private IEnumerable<KernelVariant> BuildFor(DType element)
    {
        string suffix = Suffix(element);
        (string, int) type = ElementConstant(element);
        yield return Plain($"embed-{suffix}", "embed", RowThreads, 32, type);
        yield return Plain($"rms-norm-{suffix}", "rms_norm", RowThreads, 40, type);
        yield return Plain($"rotate-and-store-{suffix}", "rotate_and_store", WarpThreads, 72, type);
        foreach (GemmTile tile in _tiles.Linear)
        {
            yield return Variant($"linear-{tile.Name}-{suffix}", "linear.cu", "linear", tile.Threads, tile.MaxRegisters, tile.SharedBytes(1), [type, .. tile.Constants]);
        }

        foreach (FewRowsTile tile in FewRowsTile.All)
        {
            yield return Variant($"linear-{tile.Name}-{suffix}", "linear_few.cu", "linear", FewRowsTile.Threads, tile.MaxRegisters, 0, [type, .. tile.Constants]);
        }

        GemmTile slices = _tiles.Slices.Single(tile => tile.Name == GemmTiles.Middle);
        yield return Variant($"linear-slices-{suffix}", "linear_slices.cu", "linear_slices", slices.Threads, slices.MaxRegisters, slices.SharedBytes(1), [type, .. slices.Constants]);
        yield return Plain($"linear-sum-{suffix}", "linear_sum", RowThreads, 64, type);
        foreach (GemmTile tile in _tiles.SwiGlu)
        {
            yield return Variant($"swiglu-{tile.Name}-{suffix}", "swiglu.cu", "swiglu", tile.Threads, tile.MaxRegisters, tile.SharedBytes(2), [type, .. tile.Constants]);
        }

        foreach (KernelVariant variant in BuildInt4For(suffix, type))
        {
            yield return variant;
        }

        foreach (int headDim in StandardHeadDims)
        {
            yield return AttentionVariant(element, headDim);
            yield return SplitAttentionVariant(element, headDim);
            yield return Naive(element, $"attention-{headDim}", "tree_attention", WarpThreads, ("HEAD_DIM", headDim), ("TILE_ROWS", 1));
        }

        yield return Plain($"attention-merge-{suffix}", "attention_merge", WarpThreads, 64, type);
        yield return Naive(element, "embed", "embed", RowThreads);
        yield return Naive(element, "rms-norm", "rms_norm", WarpThreads);
        yield return Naive(element, "rotate-and-store", "rotate_and_store", WarpThreads);
        yield return Naive(element, "linear", "linear", WarpThreads, ("TILE_ROWS", 4), ("TILE_COLUMNS", 8));
        yield return Naive(element, "swiglu", "swiglu", WarpThreads, ("TILE_ROWS", 4), ("TILE_COLUMNS", 8));
    }

    /// <summary>Lazy, all of them: most models have no such weights.</summary>
    private IEnumerable<KernelVariant> BuildInt4For(string suffix, (string, int) element)
    {
        (string, int)[] Constants(GemmTile tile) => [element, ("WEIGHT_BITS", 4), .. tile.Constants];
        foreach (GemmTile tile in _int4Tiles.Linear)
        {
            yield return Variant($"linear-int4-{tile.Name}-{suffix}", "linear.cu", "linear", tile.Threads, tile.MaxRegisters, tile.Int4SharedBytes(1), Constants(tile)) with { Eager = false };
        }

        foreach (GemmTile tile in _int4Tiles.Slices)
        {
            yield return Variant($"linear-int4-slices-{tile.Name}-{suffix}", "linear_slices.cu", "linear_slices", tile.Threads, tile.MaxRegisters, tile.Int4SharedBytes(1), Constants(tile)) with { Eager = false };
        }

        foreach (GemmTile tile in _int4Tiles.SwiGlu)
        {
            yield return Variant($"swiglu-int4-{tile.Name}-{suffix}", "swiglu.cu", "swiglu", tile.Threads, tile.MaxRegisters, tile.Int4SharedBytes(2), Constants(tile)) with { Eager = false };
        }

        yield return Plain($"dequantize-{suffix}", "dequantize", RowThreads, 32, element) with { Eager = false };
    }

    private KernelVariant AttentionVariant(DType element, int headDim)
        => AttentionVariant(AttentionTile.Name(headDim, Suffix(element)), "tree_attention", element, headDim);

    private KernelVariant SplitAttentionVariant(DType element, int headDim)
        => AttentionVariant(AttentionTile.SplitName(headDim, Suffix(element)), "tree_attention_split", element, headDim);

    private KernelVariant AttentionVariant(string name, string entry, DType element, int headDim)
    {
        AttentionTile tile = AttentionTile.For(Generation, headDim);
        KernelVariant variant = Variant(name, $"{entry}.cu", entry, tile.Threads, tile.MaxRegisters, tile.SharedBytes, [ElementConstant(element), .. tile.Constants]);
        return variant with { Eager = false };
    }

    private KernelVariant Plain(string name, string entry, int threads, int maxRegisters, params (string, int)[] constants)
        => Variant(name, $"{entry}.cu", entry, threads, maxRegisters, 0, constants);

    /// <summary>The readable twin of a kernel: same parameters, and the same grid by its own tile.</summary>
    private KernelVariant Naive(DType element, string name, string entry, int threads, params (string, int)[] constants)
        => Variant($"{name}-{Suffix(element)}-naive", $"Naive/{entry}.cu", entry, threads, 64, 0, [ElementConstant(element), .. constants]) with { Eager = false };

    private static (string, int) ElementConstant(DType element) => ("ELEMENT_BF16", element == DType.BF16 ? 1 : 0);

    private KernelVariant Variant(string name, string source, string entry, int threads, int maxRegisters, int sharedBytes, (string Name, int Value)[] constants)
    {
        var sorted = new SortedDictionary<string, int>(StringComparer.Ordinal) { ["THREADS"] = threads };
        foreach ((string constant, int value) in constants)
        {
            sorted.Add(constant, value);
        }

        return new KernelVariant(name, source, entry, sorted, threads, sharedBytes, Generation, maxRegisters, Eager: true);
    }
}
