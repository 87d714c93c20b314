using SpecExecNative.Kernels.Cuda.Memory;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>Recorded work of a queue as one CUDA graph.</summary>
internal sealed class CudaGraph(CudaQueue queue, GraphExecHandle graph, CaptureRecord record) : CapturedWork
{
    public override void Replay()
    {
        foreach (CudaEvent point in record.Waits)
        {
            queue.Wait(point);
        }

        foreach (CudaMailbox mailbox in record.Posts)
        {
            mailbox.Clear();
        }

        queue.Launch(graph);
        foreach (CudaMailbox mailbox in record.Posts)
        {
            mailbox.Expect(queue);
        }

        foreach (CudaEvent point in record.Records)
        {
            queue.Record(point);
        }
    }

    protected override void Dispose(bool disposing) => graph.Dispose();
}

/// <summary>
/// What of captured work is not in the graph itself: what the host must do for each replay, and events of the outside world,
/// which are waited for before it and recorded behind it.
/// </summary>
internal sealed class CaptureRecord
{
    public List<CudaMailbox> Posts { get; } = [];

    public List<CudaEvent> Waits { get; } = [];

    public List<CudaEvent> Records { get; } = [];
}
