using SpecExecNative.Bench.Figures;
using SpecExecNative.Engine.Offload;

namespace SpecExecNative.Bench.Stream;

/// <summary>How fast bytes come to the device, by the size of a copy, where they come from, and how many queues ask at once.</summary>
/// <param name="session">The device.</param>
internal sealed class CopyRates(StreamSession session)
{
    /// <summary>So many bytes are asked for before they are waited for, as a pass does.</summary>
    private const long BatchBytes = 32 << 20;

    private const int MostCopies = 256;

    private static readonly string[] Names = ["pinned", "pinned, copy engine", "registered", "staged", "disk"];

    /// <summary>What tables and cases call it.</summary>
    public static string Name(CopyOrigin origin) => Names[(int)origin];

    /// <summary>A row for each size.</summary>
    public IEnumerable<Row> Measure(CopyOrigin origin, int queues, CancellationToken cancellation)
    {
        if (origin == CopyOrigin.Registered && session.Card is { RegistersHostMemory: false })
        {
            session.Note("the driver registers no memory of the program's own");
            yield break;
        }

        using CopyFile? file = origin == CopyOrigin.Disk ? new CopyFile(session.Compute, session.Folder, session.LargestCopy) : null;
        PackedLayersFile Open() => file!.Open();
        if (file is not null)
        {
            using PackedLayersFile opened = Open();
            if (opened.Alignment == 1)
            {
                session.Note("the folder's file system knows no unbuffered reads: copies from disk may come from memory");
            }
        }

        var lanes = new List<CopyLane>();
        try
        {
            while (lanes.Count < queues)
            {
                lanes.Add(new CopyLane(session.Compute, origin, session.LargestCopy, Open));
            }

            foreach (long bytes in CopySizes.UpTo(session.LargestCopy))
            {
                cancellation.ThrowIfCancellationRequested();
                yield return Measure(origin, lanes, bytes);
            }
        }
        finally
        {
            lanes.ForEach(lane => lane.Dispose());
        }
    }

    /// <summary>Copies of each queue between two waits.</summary>
    internal static int Batch(long bytes) => (int)Math.Clamp(BatchBytes / bytes, 1, MostCopies);

    private Row Measure(CopyOrigin origin, List<CopyLane> lanes, long bytes)
    {
        int batch = Batch(bytes);
        Samples seconds = session.Timing.Seconds(() =>
        {
            for (int i = 0; i < batch; i++)
            {
                lanes.ForEach(lane => lane.Copy(bytes));
            }

            lanes.ForEach(lane => lane.Settle());
        });
        return new Row(
            "copy to the device",
            [new("from", Name(origin)), new("queues", $"{lanes.Count}"), new("size", CopySizes.Name(bytes))],
            [
                seconds.Rates((double)batch * lanes.Count * bytes / 1e9).Figure("rate", "GB/s"),
                seconds.Times(1e6 / batch).Figure("time of a copy", "µs"),
            ]);
    }
}
