using SpecExecNative.CudaEmulator.Driver.Graphs;

namespace SpecExecNative.CudaEmulator.Driver.Streams;

/// <summary>A point in a stream that others can wait for. Guarded by the driver's gate.</summary>
internal sealed class CudaEvent(Context owner, EventFlags flags) : DriverObject(owner)
{
    internal bool HasTiming { get; } = !flags.HasFlag(EventFlags.DisableTiming);

    /// <summary>The point recorded last; null before the first record and after a captured one.</summary>
    internal Operation? Recorded { get; set; }

    /// <summary>The capture in which it was recorded last, with the nodes that come before it.</summary>
    internal (Capture Capture, List<GraphNode> Nodes)? Captured { get; set; }
}
