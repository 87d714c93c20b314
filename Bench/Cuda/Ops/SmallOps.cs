using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Cuda.Ops;

/// <summary>The small kernels between the products, which memory bounds, or, of few rows, the time that a launch takes.</summary>
/// <param name="site">The card and the shapes.</param>
internal sealed class SmallOps(OpSite site)
{
    private const int Prefix = 2048;
    private const float Epsilon = 1e-5f;

    private static readonly int[] AcceptedTokens = [1, 8, 32];

    private LayerShapes Layer => site.Layer;

    public IEnumerable<KernelOp> Embed() => PerRows(rows =>
    {
        BenchMemory memory = site.NewMemory();
        int width = Layer.Hidden;
        WeightMatrix table = memory.Weight(Layer.Vocabulary, width, site.Element, 1);
        DeviceTensor[] tokens = [.. Sets(rows * width * sizeof(float)).Select(i => memory.Ints(Picks(rows, Layer.Vocabulary, i)))];
        return Op(memory, "embed", rows, Traffic.Embed(rows, width), (DType.F32, width, Tolerance.Exact), (queue, i, outputs) => queue.Embed(table, tokens[i], outputs[0]), tokens.Length);
    });

    public IEnumerable<KernelOp> GatherRows() => PerRows(rows =>
    {
        BenchMemory memory = site.NewMemory();
        int width = Layer.Hidden;
        DeviceTensor[] inputs = [.. Sets((long)rows * width * sizeof(float)).Select(i => memory.Ones(DType.F32, rows, width, i))];
        DeviceTensor indices = memory.Ints(Picks(rows, rows, 1));
        return Op(
            memory, "gather_rows", rows, Traffic.GatherRows(rows, width), (DType.F32, width, Tolerance.Exact), (queue, i, outputs) => queue.GatherRows(inputs[i], indices, outputs[0]), inputs.Length);
    });

    public IEnumerable<KernelOp> RmsNorm() => PerRows(rows =>
    {
        BenchMemory memory = site.NewMemory();
        int width = Layer.Hidden;
        DeviceTensor[] inputs = [.. Sets((long)rows * width * sizeof(float)).Select(i => memory.Ones(DType.F32, rows, width, i))];
        DeviceTensor weight = memory.Ones(DType.F32, 1, width, 99);
        return Op(
            memory,
            "rms_norm",
            rows,
            Traffic.RmsNorm(rows, width),
            (site.Element, width, Tolerance.Rounded(site.Element)),
            (queue, i, outputs) => queue.RmsNorm(inputs[i], weight, Epsilon, outputs[0]),
            inputs.Length);
    });

    /// <summary>Rows of a tree behind a prefix.</summary>
    public IEnumerable<KernelOp> RotateAndStore() => PerRows(rows =>
    {
        BenchMemory memory = site.NewMemory();
        AttentionShape shape = Layer.Attention;
        int slots = Prefix + rows;
        DeviceTensor[] inputs = [.. Sets((long)rows * shape.QkvColumns * sizeof(float)).Select(i => memory.Ones(DType.F32, rows, shape.QkvColumns, i))];
        DeviceTensor rope = memory.Ones(DType.F32, slots, shape.HeadDim, 98);
        DeviceTensor places = memory.Ints([.. Enumerable.Range(Prefix, rows)]);
        DeviceTensor none = memory.Ints([]);
        var tokens = new TokenRows(none, places, places, none, none, none);
        return new KernelOp(memory)
        {
            Table = "small kernels",
            Parameters = Named("rotate_and_store", rows),
            Call = (queue, i, outputs) => queue.RotateAndStore(inputs[i], shape, null, rope, tokens, Cache(outputs[1], shape, slots), outputs[0]),
            Variants = inputs.Length,
            Outputs = [memory.Uninitialised(site.Element, rows, shape.QueryColumns), CacheMemory(memory, shape, slots)],
            Expected = [memory.Uninitialised(site.Element, rows, shape.QueryColumns), CacheMemory(memory, shape, slots)],
            Tolerances = [Tolerance.Rounded(site.Element), Tolerance.Rounded(site.Element)],
            Naive = (queue, i, outputs) => queue.RotateAndStore(inputs[i], shape, null, rope, tokens, Cache(outputs[1], shape, slots), outputs[0]),
            Figures = Moved(Traffic.RotateAndStore(rows, shape)),
        };
    });

    /// <summary>Accepted tokens of a tree become part of the prefix. None lies where another goes, so it may be done again and again.</summary>
    public IEnumerable<KernelOp> MoveSlots()
    {
        foreach (int count in AcceptedTokens)
        {
            AttentionShape shape = Layer.Attention;
            int capacity = Prefix + (3 * count) + 1;
            BenchMemory memory = site.NewMemory();
            DeviceTensor slots = memory.Ints([.. Enumerable.Range(0, count).Select(i => Prefix + count + (2 * i))]);
            void Call(ComputeQueue queue, int variant, IReadOnlyList<DeviceTensor> outputs) => queue.MoveSlots(Cache(outputs[0], shape, capacity), slots, Prefix);
            using var op = new KernelOp(memory)
            {
                Table = "small kernels",
                Parameters = Named("move_slots", count),
                Call = Call,
                Outputs = [CacheMemory(memory, shape, capacity)],
                Expected = [CacheMemory(memory, shape, capacity)],
                Tolerances = [Tolerance.Exact],
                Prepare = outputs => memory.FillOnes(outputs[0], 97),
                Naive = Call,
                Figures = Moved(Traffic.MoveSlots(count, shape)),
            };
            yield return op;
        }
    }

    private IEnumerable<KernelOp> PerRows(Func<int, KernelOp> make)
    {
        foreach (int rows in Layer.Rows)
        {
            using KernelOp op = make(rows);
            yield return op;
        }
    }

    private KernelOp Op(BenchMemory memory, string kernel, int rows, long bytes, (DType Type, int Columns, Tolerance Tolerance) output, KernelOp.Ask call, int variants) => new(memory)
    {
        Table = "small kernels",
        Parameters = Named(kernel, rows),
        Call = call,
        Variants = variants,
        Outputs = [memory.Uninitialised(output.Type, rows, output.Columns)],
        Expected = [memory.Uninitialised(output.Type, rows, output.Columns)],
        Tolerances = [output.Tolerance],
        Naive = call,
        Figures = Moved(bytes),
    };

    private Func<Samples, Samples?, IReadOnlyList<Figure>> Moved(long bytes) => (seconds, _) => site.MemoryBound(seconds, "moved", bytes);

    private static Func<string, IReadOnlyList<Parameter>> Named(string kernel, int rows) => queue => [new("kernel", kernel), new("queue", queue), new("M", $"{rows}")];

    private IEnumerable<int> Sets(long bytes) => Enumerable.Range(0, site.Rotation.Sets(bytes));

    private static int[] Picks(int count, int below, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(below))];
    }

    private DeviceTensor CacheMemory(BenchMemory memory, AttentionShape shape, int slots) => memory.Uninitialised(site.Element, 2 * shape.KvHeads * slots, shape.HeadDim);

    private static KvCacheLayer Cache(DeviceTensor cache, AttentionShape shape, int slots) => new(cache.Buffer, 0, cache.Type, shape.KvHeads, slots, shape.HeadDim);
}
