using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda.Packing;

namespace SpecExecNative.Bench.Cuda.Ops;

/// <summary>
/// Matrix products: <see cref="ComputeQueue.Linear"/> beside cuBLAS's 16-bit product of the same numbers, on a target's queue, whose rows are
/// invariant, and on a draft's; and <see cref="ComputeQueue.SwiGlu"/>.
/// </summary>
/// <param name="site">The card and the shapes.</param>
/// <param name="format">Of the weights.</param>
internal sealed class ProductOps(OpSite site, WeightFormat format)
{
    /// <summary>A naive product of more rows takes as long as it takes; nobody waits for it.</summary>
    private const int MostNaiveRows = 16;

    private const int StretchRows = 8;

    /// <summary>A matrix at each number of rows.</summary>
    public IEnumerable<KernelOp> Linear((string Name, int Outputs, int Inputs) matrix)
    {
        // Weights are made once for all numbers of rows.
        using BenchMemory shared = site.NewMemory();
        WeightMatrix[] weights = Weights(shared, matrix.Outputs, matrix.Inputs, 3);
        DeviceTensor[] plain = site.Session.Cublas is null ? [] : Plain(shared, weights);
        WeightMatrix dense = WeightFormat.Dense(site, shared, weights[0]);
        foreach (int rows in site.Layer.Rows)
        {
            using KernelOp op = Linear(matrix.Name, rows, weights, plain, dense);
            yield return op;
        }
    }

    /// <summary>A layer's gate and up at each number of rows.</summary>
    public IEnumerable<KernelOp> SwiGlu()
    {
        (int outputs, int inputs) = site.Layer.GateUp;
        using BenchMemory shared = site.NewMemory();
        WeightMatrix[] gates = Weights(shared, outputs, inputs, 3);
        WeightMatrix[] ups = Weights(shared, outputs, inputs, 100);
        (WeightMatrix Gate, WeightMatrix Up) dense = (WeightFormat.Dense(site, shared, gates[0]), WeightFormat.Dense(site, shared, ups[0]));
        foreach (int rows in site.Layer.Rows)
        {
            using KernelOp op = SwiGlu(rows, gates, ups, dense);
            yield return op;
        }
    }

    private KernelOp Linear(string matrix, int rows, WeightMatrix[] weights, DeviceTensor[] plain, WeightMatrix dense)
    {
        WeightShape shape = weights[0].Shape;
        double operations = 2.0 * rows * shape.Rows * shape.Columns;
        long bytes = site.Device.PackedBytes(shape);
        BenchMemory memory = site.NewMemory();
        DeviceTensor input = memory.Ones(site.Element, rows, shape.Columns, 4);
        IReadOnlyList<Stretch> stretches = Stretch.Of(rows, StretchRows);
        CublasProduct? cublas = site.Session.Cublas;
        return new KernelOp(memory)
        {
            Table = "linear",
            Parameters = queue => [new("weights", format.Name), new("queue", queue), new("matrix", matrix), new("M", $"{rows}"), new("N", $"{shape.Rows}"), new("K", $"{shape.Columns}")],
            Call = (queue, i, outputs) => queue.Linear(input, weights[i], null, outputs[0], LinearOutput.Store),
            Variants = weights.Length,
            Outputs = [memory.Uninitialised(DType.F32, rows, shape.Rows)],
            Expected = [memory.Uninitialised(DType.F32, rows, shape.Rows)],
            Tolerances = [Tolerance.Sums],
            Reference = (naive, expected) =>
            {
                foreach (Stretch stretch in stretches)
                {
                    naive.Linear(input.Slice(stretch.First, stretch.Count), dense, null, expected[0].Slice(stretch.First, stretch.Count), LinearOutput.Store);
                }
            },
            Compared = outputs => Slices(outputs, stretches),
            Naive = format.Groups is null && rows <= MostNaiveRows ? (queue, i, outputs) => queue.Linear(input, weights[i], null, outputs[0], LinearOutput.Store) : null,
            Yardstick = cublas is null ? null : ((i, to) => cublas.Multiply(input, plain[i], to), plain.Length),
            YardstickIsExactTwin = RowLayout.Stride(shape.Columns) == shape.Columns,
            DependsOnQueue = true,
            Figures = (seconds, yardstick) => [site.Speed(seconds, operations, yardstick), site.Rate(seconds, "weights read", bytes)],
        };
    }

    private KernelOp SwiGlu(int rows, WeightMatrix[] gates, WeightMatrix[] ups, (WeightMatrix Gate, WeightMatrix Up) dense)
    {
        WeightShape shape = gates[0].Shape;
        double operations = 4.0 * rows * shape.Rows * shape.Columns;
        long bytes = 2 * site.Device.PackedBytes(shape);
        BenchMemory memory = site.NewMemory();
        DeviceTensor input = memory.Ones(site.Element, rows, shape.Columns, 4);
        IReadOnlyList<Stretch> stretches = Stretch.Of(rows, StretchRows);
        return new KernelOp(memory)
        {
            Table = "swiglu",
            Parameters = queue => [new("weights", format.Name), new("queue", queue), new("M", $"{rows}"), new("N", $"{shape.Rows}"), new("K", $"{shape.Columns}")],
            Call = (queue, i, outputs) => queue.SwiGlu(input, gates[i], ups[i], outputs[0]),
            Variants = gates.Length,
            Outputs = [memory.Uninitialised(site.Element, rows, shape.Rows)],
            Expected = [memory.Uninitialised(site.Element, rows, shape.Rows)],
            Tolerances = [Tolerance.Rounded(site.Element)],
            Reference = (naive, expected) =>
            {
                foreach (Stretch stretch in stretches)
                {
                    naive.SwiGlu(input.Slice(stretch.First, stretch.Count), dense.Gate, dense.Up, expected[0].Slice(stretch.First, stretch.Count));
                }
            },
            Compared = outputs => Slices(outputs, stretches),
            Naive = format.Groups is null && rows <= MostNaiveRows ? (queue, i, outputs) => queue.SwiGlu(input, gates[i], ups[i], outputs[0]) : null,
            Figures = (seconds, _) => [site.Speed(seconds, operations), site.Rate(seconds, "weights read", bytes)],
        };
    }

    private static IEnumerable<IReadOnlyList<DeviceTensor>> Slices(IReadOnlyList<DeviceTensor> outputs, IReadOnlyList<Stretch> stretches)
        => stretches.Select(stretch => (IReadOnlyList<DeviceTensor>)[outputs[0].Slice(stretch.First, stretch.Count)]);

    private WeightMatrix[] Weights(BenchMemory memory, int outputs, int inputs, int seed)
    {
        WeightMatrix first = format.Make(site, memory, outputs, inputs, seed);
        int sets = site.Rotation.Sets(site.Device.PackedBytes(first.Shape));
        return [first, .. Enumerable.Range(1, sets - 1).Select(i => format.Make(site, memory, outputs, inputs, seed + i))];
    }

    /// <summary>
    /// cuBLAS wants rows without padding; where ours are padded it multiplies other (random) numbers, at the same cost. Weights of 4 bits are
    /// widened for it.
    /// </summary>
    private DeviceTensor[] Plain(BenchMemory memory, WeightMatrix[] weights)
    {
        WeightShape shape = weights[0].Shape;
        if (format.Groups is null)
        {
            return [.. weights.Select(weight => new DeviceTensor(weight.Buffer, 0, site.Element, shape.Rows, shape.Columns))];
        }

        int stride = RowLayout.Stride(shape.Columns);
        DeviceTensor[] plain = [.. Enumerable.Range(0, site.Rotation.Sets(RowLayout.Bytes(shape))).Select(_ => memory.Uninitialised(site.Element, shape.Rows, stride))];
        foreach (DeviceTensor matrix in plain)
        {
            WeightFormat.Widen(site.Session.Queue, weights[0], matrix);
        }

        site.Session.Queue.Synchronize();
        return [.. plain.Select(matrix => matrix with { Columns = shape.Columns })];
    }
}
