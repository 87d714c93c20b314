using System.Diagnostics;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Stream;

/// <summary>How fast page-locked memory is had: from the driver, or the program's own, brought in by several threads and registered.</summary>
/// <param name="session">The card.</param>
internal sealed class PinRates(StreamSession session)
{
    private const int MostSamples = 5; // a gigabyte takes up to a second
    private const int LargestOverCopy = 4;
    private const long Smallest = 1 << 20;

    /// <summary>A row for each size that the system grants.</summary>
    public IEnumerable<Row> Measure(bool isRegistered, CancellationToken cancellation)
    {
        var card = (CudaDevice)session.Compute;
        foreach (long bytes in CopySizes.UpTo((long)LargestOverCopy * session.LargestCopy).Where(size => size >= Smallest))
        {
            cancellation.ThrowIfCancellationRequested();
            if (TryMeasure(card, isRegistered, bytes) is not { } row)
            {
                yield break;
            }

            yield return row;
        }
    }

    private Row? TryMeasure(CudaDevice card, bool isRegistered, long bytes)
    {
        const string Purpose = "benchmark";
        int count = Math.Min(MostSamples, session.Timing.Repeats);
        var pinned = new List<double>();
        var released = new List<double>();
        try
        {
            for (int i = -1; i < count; i++) // the first one does not count
            {
                long start = Stopwatch.GetTimestamp();
                PinnedBuffer? buffer = isRegistered ? card.AllocateRegistered(bytes, Purpose) : card.AllocateDriverPinned(bytes, Purpose);
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                if (buffer is null)
                {
                    session.Note("the driver registers no memory of the program's own");
                    return null;
                }

                start = Stopwatch.GetTimestamp();
                buffer.Dispose();
                if (i >= 0)
                {
                    pinned.Add(seconds);
                    released.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                }
            }
        }
        catch (DeviceOutOfMemoryException e)
        {
            session.Note($"{CopySizes.Name(bytes)} cannot be pinned: {e.Message}");
            return null;
        }

        var times = Samples.OfCosts(pinned);
        return new Row(
            "pinning",
            [new("memory", isRegistered ? "registered" : "the driver's"), new("size", CopySizes.Name(bytes))],
            [times.Rates(bytes / 1e9).Figure("rate", "GB/s"), times.Times(1e3).Figure("time", "ms"), Samples.OfCosts(released).Times(1e3).Figure("release", "ms")]);
    }
}
