using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda.Packing;

namespace SpecExecNative.Bench.Cuda.Ops;

/// <summary>The kernel <c>dequantize</c>: whole matrices of 4-bit weights as elements.</summary>
/// <param name="site">The card and the shapes.</param>
/// <param name="groups">Of the weights.</param>
internal sealed class WideningOps(OpSite site, Int4Groups groups)
{
    private const int StretchRows = 8;

    public IEnumerable<KernelOp> Dequantize()
    {
        foreach ((string name, int outputs, int inputs) in site.Layer.Products)
        {
            using KernelOp op = Dequantize(name, outputs, inputs);
            yield return op;
        }
    }

    private KernelOp Dequantize(string name, int outputs, int inputs)
    {
        BenchMemory memory = site.NewMemory();
        var shape = new WeightShape(outputs, inputs, DType.Int4, groups);
        int stride = RowLayout.Stride(inputs);
        long packedBytes = site.Device.PackedBytes(shape);
        WeightMatrix[] weights = [.. Enumerable.Range(0, site.Rotation.Sets(packedBytes)).Select(i => memory.Int4Weight(outputs, inputs, groups, i))];
        IReadOnlyList<Stretch> stretches = Stretch.Of(outputs, StretchRows);
        return new KernelOp(memory)
        {
            Table = "dequantize",
            Parameters = queue => [new("queue", queue), new("matrix", name), new("N", $"{outputs}"), new("K", $"{inputs}")],
            Call = (queue, i, o) => WeightFormat.Widen(queue, weights[i], o[0]),
            Variants = weights.Length,
            Outputs = [memory.Uninitialised(site.Element, outputs, stride)],
            Expected = [memory.Uninitialised(site.Element, outputs, stride)],
            Tolerances = [Tolerance.Exact],
            Reference = (_, expected) =>
            {
                byte[] packed = memory.Read(weights[0].Buffer, 0, (int)packedBytes);
                foreach (int row in stretches.SelectMany(s => Enumerable.Range(s.First, s.Count)))
                {
                    memory.Write(expected[0].Buffer, (long)row * stride * site.Element.Bytes(), Int4Reference.Row(packed, shape, site.Element, row));
                }
            },
            Compared = o => stretches.Select(s => (IReadOnlyList<DeviceTensor>)[o[0].Slice(s.First, s.Count)]),
            Figures = (seconds, _) => site.MemoryBound(seconds, "moved", Traffic.Dequantize(packedBytes, RowLayout.Bytes(shape))),
        };
    }
}
