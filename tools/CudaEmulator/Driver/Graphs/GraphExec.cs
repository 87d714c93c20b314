using SpecExecNative.CudaEmulator.Driver.Streams;

namespace SpecExecNative.CudaEmulator.Driver.Graphs;

/// <summary>An executable copy of a graph. Its launches run one after another. Guarded by the driver's gate.</summary>
internal sealed class GraphExec : DriverObject
{
    private readonly IReadOnlyList<GraphNode> _nodes;
    private readonly int[] _lanes;
    private readonly Chain[] _chains;
    private Operation? _lastLaunch;

    internal GraphExec(Context owner, IReadOnlyList<GraphNode> nodes)
        : base(owner)
    {
        _nodes = nodes;
        (_lanes, int count) = AssignLanes(nodes);
        _chains = [.. Enumerable.Range(1, Math.Max(0, count - 1)).Select(_ => owner.NewChain())];
    }

    /// <summary>Queues every node, each after those it depends on, between a first and a last point in the stream.</summary>
    internal void Launch(CudaStream stream)
    {
        Context context = Owner!;
        Operation start = context.Append(stream, null, _lastLaunch);
        var operations = new Operation[_nodes.Count];
        foreach (GraphNode node in _nodes)
        {
            Operation[] after = node.After.Count == 0 ? [start] : [.. node.After.Select(earlier => operations[earlier.Index])];
            int lane = _lanes[node.Index];
            Chain chain = lane == 0 ? stream.Chain : _chains[lane - 1];
            operations[node.Index] = context.Scheduler.Submit(chain, node.Work.Instantiate(), after);
        }

        stream.Last = _lastLaunch = context.Scheduler.Submit(stream.Chain, null, [start, .. operations]);
    }

    internal void ReturnChains()
    {
        foreach (Chain chain in _chains)
        {
            Owner!.ReturnChain(chain);
        }
    }

    /// <summary>Splits the nodes into lanes in each of which every node depends on the one before it.</summary>
    private static (int[] Lanes, int Count) AssignLanes(IReadOnlyList<GraphNode> nodes)
    {
        int[] lanes = new int[nodes.Count];
        var tails = new List<GraphNode>();
        foreach (GraphNode node in nodes)
        {
            int lane = tails.FindIndex(tail => node.After.Contains(tail));
            if (lane < 0)
            {
                lane = tails.Count;
                tails.Add(node);
            }

            tails[lane] = node;
            lanes[node.Index] = lane;
        }

        return (lanes, tails.Count);
    }
}
