using System.CommandLine;
using SpecExecNative.Bench.Reporting;
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
        Option<bool> quick = new("--quick") { Description = "Short samples: a look, not a record." };
        Command command = new("kernels", "Measure the CUDA kernels: GB/s and TFLOP/s, beside cuBLAS and the card's limits.") { shapes, card, element, quick };
        var output = new ReportOptions(command);
        command.SetAction(result =>
        {
            LayerShapes layer = LayerShapes.Named(result.GetValue(shapes)!);
            Timing timing = result.GetValue(quick) ? Timing.Quick : Timing.Full;
            var options = new CudaDeviceOptions
            {
                Ordinal = result.GetValue(card),
                Element = result.GetValue(element) == "bf16" ? DType.BF16 : DType.F16,
                Log = Console.Error.WriteLine,
            };
            using CudaDevice device = CudaDevice.Open(options);
            using ComputeQueue queue = device.CreateQueue("bench");
            using ComputeQueue draft = device.CreateQueue("bench, draft", RowResults.BatchDependent);
            output.Write(result, new Report("kernels", $"{device.Name}, {layer.Name} shapes", [.. Measure(device, queue, draft, layer, timing)]));
        });
        return command;
    }

    private static IEnumerable<Measurement> Measure(CudaDevice device, ComputeQueue queue, ComputeQueue draft, LayerShapes layer, Timing timing)
    {
        var clock = new QueueClock(queue, timing);
        using CublasProduct? cublas = CublasProduct.TryCreate(device, queue);
        if (cublas is null)
        {
            Console.Error.WriteLine("cuBLAS was not found: products are timed without being compared with it, and nothing is set against the card's peak");
        }

        var limits = CardLimits.Measure(device, queue, clock, cublas, layer);
        foreach (Measurement limit in limits.AsMeasurements())
        {
            yield return limit;
        }

        foreach (Int4Groups? groups in new Int4Groups?[] { null, new Int4Groups(GroupSize, HasZeros: true) })
        {
            var products = new ProductRates(device, queue, draft, timing, limits, cublas, groups);
            foreach (Measurement rate in layer.Products.SelectMany(shape => products.Measure(shape, layer.Rows, layer.LimitBytes)))
            {
                yield return rate;
            }
        }

        foreach (Measurement rate in new AttentionRates(device, queue, timing, limits, "").Measure(layer).Concat(new AttentionRates(device, draft, timing, limits, ", draft").Measure(layer)))
        {
            yield return rate;
        }

        foreach (Measurement rate in new TopKRates(device, queue, clock, limits).Measure(layer))
        {
            yield return rate;
        }
    }
}
