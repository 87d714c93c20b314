using SpecExecNative.CudaEmulator.Driver.Work;

namespace SpecExecNative.CudaEmulator.Driver.Graphs;

/// <summary>Work in a graph.</summary>
/// <param name="Index">Its place in the graph; nodes come after all they depend on.</param>
/// <param name="Work">The pattern of the work, instantiated for each launch.</param>
/// <param name="After">What must have run before.</param>
internal sealed record GraphNode(int Index, DeviceWork Work, IReadOnlyList<GraphNode> After);
