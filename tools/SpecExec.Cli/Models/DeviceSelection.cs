using System.Diagnostics;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using Spectre.Console;

namespace SpecExecNative.Cli.Models;

/// <summary>Opens the device that was asked for.</summary>
internal static class DeviceSelection
{
    /// <summary>The device for a target, and perhaps a draft, to run on.</summary>
    /// <exception cref="CudaUnavailableException">A card was asked for, and there is none that can be used.</exception>
    /// <exception cref="CudaException">It does not work.</exception>
    /// <exception cref="NvrtcException">Its kernels cannot be compiled.</exception>
    public static async Task<ComputeDevice> OpenAsync(
        DeviceRequest request, IReadOnlyList<WeightCatalog> models, CommandContext context, CancellationToken cancellation)
    {
        if (request.Kind is DeviceKind.Cpu)
        {
            return context.Host.CreateCpuDevice(request.Threads);
        }

        try
        {
            return await OpenCardAsync(request, models, context, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (request.Kind is DeviceKind.Auto && e is (CudaUnavailableException or CudaException or NvrtcException))
        {
            string why = context.Verbose ? e.Message : FirstSentence(e.Message);
            context.Notices.Say($"COMPUTING ON THE CPU: {why} (--device cpu says that this is meant; specexec doctor says what is missing)");
            return context.Host.CreateCpuDevice(request.Threads);
        }
    }

    private static async Task<ComputeDevice> OpenCardAsync(
        DeviceRequest request, IReadOnlyList<WeightCatalog> models, CommandContext context, CancellationToken cancellation)
    {
        CudaCard card = context.Host.FindCard(request.Ordinal);
        if (models.FirstOrDefault(model => !KernelTable.SupportsHeadDim(card.Generation, model.Config.HeadDim)) is { } odd)
        {
            throw new CudaUnavailableException($"{odd.Name} has heads of {odd.Config.HeadDim} elements; the kernels need a multiple of 8, at most {(card.Generation == KernelGeneration.Turing ? 240 : 256)} on this card.");
        }

        var notices = new HeldNotices(context.Notices);
        var options = new CudaDeviceOptions
        {
            Ordinal = card.Ordinal,
            Element = request.Element ?? ElementFor(models[0], card),
            CacheFolder = context.Host.Cuda.CacheFolder,
            UsesCache = request.UsesKernelCache,
            Log = notices.Say,
        };
        long start = Stopwatch.GetTimestamp();
        try
        {
            ComputeDevice device = await ShowAsync(context.Notices, () => context.Host.OpenCard(options, cancellation)).ConfigureAwait(false);
            if (device is CudaDevice { Compiler: { CompiledCount: > 0 and int count, Target: { } target } })
            {
                string kept = request.UsesKernelCache ? "; the next start finds them" : "";
                notices.Say($"compiled {count} kernels for {target} in {Quantity.Time(Stopwatch.GetElapsedTime(start))}{kept}");
            }

            return device;
        }
        finally
        {
            notices.Release();
        }
    }

    /// <summary>The first start compiles, which takes seconds: whoever watches should know what for.</summary>
    private static async Task<ComputeDevice> ShowAsync(Notices notices, Func<ComputeDevice> open)
    {
        if (!notices.IsLive)
        {
            return await Task.Run(open).ConfigureAwait(false);
        }

        return await notices.Ansi
            .Status()
            .StartAsync("making the card ready (its kernels are compiled at the first start)", async _ => await Task.Run(open).ConfigureAwait(false))
            .ConfigureAwait(false);
    }

    /// <summary>The target's own; binary16 where the card has no bfloat16.</summary>
    private static DType ElementFor(WeightCatalog target, CudaCard card) => card.Generation == KernelGeneration.Turing ? DType.F16 : target.PreferredElement;

    private static string FirstSentence(string message)
    {
        string line = message.Split('\n', 2)[0];
        int end = line.IndexOf(" (", StringComparison.Ordinal);
        return (end > 0 ? line[..end] : line).TrimEnd('.');
    }
}
