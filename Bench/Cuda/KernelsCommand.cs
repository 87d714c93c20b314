using System.CommandLine;
using SpecExecNative.Bench.Cuda.Files;
using SpecExecNative.Bench.Cuda.Ops;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Running;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Cuda;

/// <summary>
/// <c>kernels</c>: the CUDA kernels at models' shapes, against their naive twins, cuBLAS and the card's own limits, in one run; or a file of
/// the user's against one of them.
/// </summary>
internal static class KernelsCommand
{
    public static Command Create()
    {
        Option<string[]> shapes = new("--shapes") { Description = "Whose layers: 70b, 8b, 1b (a draft's) or tiny; several times for several.", HelpName = "NAME", DefaultValueFactory = _ => ["70b"] };
        shapes.AcceptOnlyFromAmong([.. LayerShapes.Names]);
        Option<int> card = new("--card") { Description = "Number of the card." };
        Option<string> element = new("--dtype") { Description = "f16 or bf16.", DefaultValueFactory = _ => "f16" };
        element.AcceptOnlyFromAmong("f16", "bf16");
        Option<FileInfo?> file = new("--kernel-file") { Description = "A .cu file of yours, compiled in the place of one of our kernels, checked against it, and timed turn about with it.", HelpName = "FILE" };
        Option<string?> kernel = new("--kernel") { Description = "Which kernel it replaces, e.g. rms_norm. Default: the one that the file is named after.", HelpName = "NAME" };
        Command command = new("kernels", "Measure the CUDA kernels: GB/s and TFLOP/s, beside naive ones, cuBLAS and the card's limits.") { shapes, card, element, file, kernel };
        var filter = new CaseFilter(command);
        var times = new TimingOptions(command);
        var run = new RunOptions(command);
        command.SetAction(result =>
        {
            LayerShapes[] layers = [.. result.GetValue(shapes)!.Select(LayerShapes.Named)];
            Timing timing = times.Of(result);
            string type = result.GetValue(element)!;
            KernelFile? own = OwnKernel(result.GetValue(file), result.GetValue(kernel));
            var options = new CudaDeviceOptions { Ordinal = result.GetValue(card), Element = type == "bf16" ? DType.BF16 : DType.F16 };
            return run.Execute(result, new BenchPlan<KernelsSession>(
                "kernels",
                [new("shapes", string.Join(", ", layers.Select(layer => layer.Name))), new("dtype", type), .. own?.Settings ?? [], .. TimingOptions.Settings(timing)],
                (_, note) => new KernelsSession(options with { Log = note }, layers, timing, own),
                filter.Of(result, Cases(layers, type, own))));
        });
        return command;
    }

    private static KernelFile? OwnKernel(FileInfo? file, string? kernel) => file is not null
        ? KernelFile.Read(file.FullName, kernel)
        : kernel is null ? null : throw new BenchException("--kernel says what --kernel-file replaces, and there is none.");

    /// <summary>Of several models, cases and rows name theirs.</summary>
    private static IEnumerable<BenchCase<KernelsSession>> Cases(LayerShapes[] layers, string type, KernelFile? own)
    {
        bool isOne = layers.Length == 1;
        foreach (LayerShapes layer in layers)
        {
            foreach (KernelCase next in KernelCase.Of(layer, type).Where(c => IsOf(c, own)))
            {
                yield return new(
                    isOne ? next.Name : $"{layer.Name}, {next.Name}",
                    (session, cancellation) => Rows(session, layer, next, own, cancellation)
                        .Select(row => isOne ? row : row with { Parameters = [new("shapes", layer.Name), .. row.Parameters] }));
            }
        }

        foreach (KernelCase next in KernelCase.OfCard.Where(c => IsOf(c, own)))
        {
            yield return new(next.Name, (session, cancellation) => Rows(session, layers[0], next, own, cancellation));
        }
    }

    private static bool IsOf(KernelCase next, KernelFile? own) => own is null || next.Sources.Contains(own.Source);

    private static IEnumerable<Row> Rows(KernelsSession session, LayerShapes layer, KernelCase next, KernelFile? own, CancellationToken cancellation)
    {
        int count = 0;
        foreach (KernelOp op in next.Ops(new OpSite(session, layer)))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Row row in own is null ? new OpRates(session).Measure(op) : new KernelFileRates(session, own).Measure(op))
            {
                count++;
                yield return row;
            }
        }

        if (count == 0)
        {
            session.Note($"{next.Name}: no shape of it comes to {own?.Source} on this card");
        }
    }
}
