using System.CommandLine;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Running;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Cuda;

/// <summary><c>kernels</c>: the CUDA kernels at a model's shapes, against cuBLAS and the card's own limits, in one run.</summary>
internal static class KernelsCommand
{
    private const int GroupSize = 128; // of 4-bit weights

    public static Command Create()
    {
        Option<string> shapes = new("--shapes") { Description = "Whose layers: 70b, 8b, 1b (a draft's) or tiny.", DefaultValueFactory = _ => "70b" };
        shapes.AcceptOnlyFromAmong([.. LayerShapes.Names]);
        Option<int> card = new("--card") { Description = "Number of the card." };
        Option<string> element = new("--dtype") { Description = "f16 or bf16.", DefaultValueFactory = _ => "f16" };
        element.AcceptOnlyFromAmong("f16", "bf16");
        Command command = new("kernels", "Measure the CUDA kernels: GB/s and TFLOP/s, beside cuBLAS and the card's limits.") { shapes, card, element };
        var times = new TimingOptions(command);
        var run = new RunOptions(command);
        command.SetAction(result =>
        {
            LayerShapes layer = LayerShapes.Named(result.GetValue(shapes)!);
            Timing timing = times.Of(result);
            string type = result.GetValue(element)!;
            var options = new CudaDeviceOptions { Ordinal = result.GetValue(card), Element = type == "bf16" ? DType.BF16 : DType.F16 };
            return run.Execute(result, new BenchPlan<KernelsSession>(
                "kernels",
                [new("shapes", layer.Name), new("dtype", type), .. TimingOptions.Settings(timing)],
                (_, note) => new KernelsSession(options with { Log = note }, layer, timing),
                [.. Cases(layer, type)]));
        });
        return command;
    }

    private static IEnumerable<BenchCase<KernelsSession>> Cases(LayerShapes layer, string type)
    {
        foreach ((string weights, Int4Groups? groups) in new (string, Int4Groups?)[] { (type, null), ("int4", new Int4Groups(GroupSize, HasZeros: true)) })
        {
            foreach ((string Name, int Outputs, int Inputs) matrix in layer.Products)
            {
                yield return new($"linear, {weights}, {matrix.Name}", (session, cancellation) => new ProductRates(session, weights, groups).Measure(matrix, cancellation));
            }
        }

        foreach (int prefix in layer.Prefixes)
        {
            yield return new($"attention, prefix {prefix}", (session, _) => new AttentionRates(session).Measure(prefix));
        }

        yield return new("top-k", (session, _) => new TopKRates(session).Measure());
    }
}
