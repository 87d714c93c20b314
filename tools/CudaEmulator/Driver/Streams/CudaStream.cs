using SpecExecNative.CudaEmulator.Driver.Graphs;

namespace SpecExecNative.CudaEmulator.Driver.Streams;

/// <summary>A queue of work that runs in order. Guarded by the driver's gate.</summary>
/// <param name="owner">Its context.</param>
/// <param name="chain">The order of its operations.</param>
/// <param name="isBlocking">Whether it is ordered with the legacy default stream (created without CU_STREAM_NON_BLOCKING).</param>
internal sealed class CudaStream(Context owner, Chain chain, bool isBlocking) : DriverObject(owner)
{
    internal Chain Chain { get; } = chain;

    internal bool IsBlocking { get; } = isBlocking;

    /// <summary>The operation queued last; null before the first.</summary>
    internal Operation? Last { get; set; }

    /// <summary>The capture this stream takes part in; null when its work is executed.</summary>
    internal Capture? Capture { get; set; }

    /// <summary>While capturing: the nodes that the next one comes after.</summary>
    internal List<GraphNode> Frontier { get; set; } = [];
}
