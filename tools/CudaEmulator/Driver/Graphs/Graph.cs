namespace SpecExecNative.CudaEmulator.Driver.Graphs;

/// <summary>Work with its order, captured and not yet executable.</summary>
internal sealed class Graph(Context owner, IReadOnlyList<GraphNode> nodes) : DriverObject(owner)
{
    internal IReadOnlyList<GraphNode> Nodes { get; } = nodes;
}
