using SpecExecNative.CudaEmulator.Driver.Streams;
using SpecExecNative.CudaEmulator.Driver.Work;

namespace SpecExecNative.CudaEmulator.Driver.Graphs;

/// <summary>A capture in progress: work queued on its streams becomes nodes of a graph instead of running.</summary>
internal sealed class Capture
{
    private readonly List<GraphNode> _nodes = [];
    private readonly List<CudaStream> _streams = [];

    internal Capture(CudaStream origin, CaptureMode mode, int thread)
    {
        Origin = origin;
        Mode = mode;
        Thread = thread;
        Join(origin, []);
    }

    internal CudaStream Origin { get; }

    internal CaptureMode Mode { get; }

    /// <summary>Managed id of the thread that began it.</summary>
    internal int Thread { get; }

    /// <summary>A forbidden call has spoiled it; only ending it is possible.</summary>
    internal bool IsInvalid { get; set; }

    internal IReadOnlyList<GraphNode> Nodes => _nodes;

    /// <summary>Whether every branch has been led back to the origin.</summary>
    internal bool IsJoined
    {
        get
        {
            var reached = new HashSet<GraphNode>();
            var open = new Stack<GraphNode>(Origin.Frontier);
            while (open.TryPop(out GraphNode? node))
            {
                if (reached.Add(node))
                {
                    foreach (GraphNode earlier in node.After)
                    {
                        open.Push(earlier);
                    }
                }
            }

            return reached.Count == _nodes.Count;
        }
    }

    internal void Add(CudaStream stream, DeviceWork work)
    {
        var node = new GraphNode(_nodes.Count, work, [.. stream.Frontier]);
        _nodes.Add(node);
        stream.Frontier = [node];
    }

    /// <summary>Makes a stream part of the capture, or lets it wait for more of it.</summary>
    internal void Join(CudaStream stream, IEnumerable<GraphNode> after)
    {
        if (stream.Capture is null)
        {
            stream.Capture = this;
            stream.Frontier = [];
            _streams.Add(stream);
        }

        stream.Frontier = [.. stream.Frontier.Union(after)];
    }

    /// <summary>Lets all its streams execute again.</summary>
    internal void End()
    {
        foreach (CudaStream stream in _streams)
        {
            stream.Capture = null;
            stream.Frontier = [];
        }
    }
}
