using System.Diagnostics;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Diagnostics;

namespace SpecExecNative.Cli.Doctor;

/// <summary>Looks at the machine, then measures what it can.</summary>
internal static class Examiner
{
    /// <summary>More than most models need pinned, and little enough that nothing else suffers.</summary>
    private const long DefaultPinnedBytes = 8L << 30;

    /// <summary>Left to everybody else, whatever is asked.</summary>
    private const long ReservedBytes = 1L << 30;

    /// <param name="context">The world.</param>
    /// <param name="wantedCard">Number of the card to measure; null: the first usable one.</param>
    /// <param name="pinnedBytes">How much pinned memory to try for, 0 for none; null: a careful choice.</param>
    /// <param name="cancellation">Ends the probing.</param>
    public static async Task<Examination> ExamineAsync(
        CommandContext context, int? wantedCard, long? pinnedBytes, CancellationToken cancellation)
    {
        CudaAccess access = context.Host.Cuda;
        CudaInspection cuda = await Task.Run(access.Inspect, cancellation).ConfigureAwait(false);
        CardFacts? card = wantedCard is null ? cuda.FirstUsable : cuda.Cards.FirstOrDefault(c => c.IsUsable && c.Card.Ordinal == wantedCard);
        var examination = new Examination { Host = HostFacts.Of(context.Host), Cuda = cuda, WantedCard = wantedCard, Card = card };
        if (card is null)
        {
            return examination;
        }

        context.Notices.Detail($"copying to card {card.Card.Ordinal} and back");
        examination = MeasureCopies(examination, card.Card, access);
        context.Notices.Detail($"starting the kernels on card {card.Card.Ordinal}");
        examination = StartKernels(examination, card.Card, context, cancellation);
        long limit = pinnedBytes ?? CarefulLimit(examination.Host);
        if (limit <= 0)
        {
            return examination;
        }

        context.Notices.Detail($"pinning up to {Reports.Quantity.Bytes(limit)}");
        return examination with { Pinned = await access.ProbePinnedMemory(card.Card, limit, cancellation).ConfigureAwait(false) };
    }

    /// <summary>Half of the memory, of the free memory all but a reserve, and never more than is of use.</summary>
    internal static long CarefulLimit(HostFacts host)
        => Math.Max(0, Math.Min(DefaultPinnedBytes, Math.Min(host.MemoryBytes / 2, host.FreeMemoryBytes - ReservedBytes)));

    private static Examination MeasureCopies(Examination examination, CudaCard card, CudaAccess access)
    {
        try
        {
            return examination with { Copies = access.MeasureCopies(card) };
        }
        catch (CudaException e)
        {
            return examination with { CopyFailure = e.Message };
        }
    }

    private static Examination StartKernels(Examination examination, CudaCard card, CommandContext context, CancellationToken cancellation)
    {
        var options = new CudaDeviceOptions { Ordinal = card.Ordinal, CacheFolder = context.Host.Cuda.CacheFolder, Log = context.Notices.Detail };
        long start = Stopwatch.GetTimestamp();
        try
        {
            using ComputeDevice device = context.Host.OpenCard(options, cancellation);
            return examination with { Kernels = new KernelStart(Stopwatch.GetElapsedTime(start), (device as CudaDevice)?.Compiler.CompiledCount ?? 0) };
        }
        catch (Exception e) when (e is CudaUnavailableException or CudaException or NvrtcException)
        {
            return examination with { KernelFailure = e.Message };
        }
    }
}
