using SpecExecNative.CudaEmulator.Driver.Work;

namespace SpecExecNative.CudaEmulator.Driver.Streams;

/// <summary>
/// One queued thing: a node of the graph of everything that has been queued. It runs when all it depends on has been
/// completed and someone wants it. Guarded by the scheduler's gate.
/// </summary>
/// <param name="work">What is to be done; null for an event, a wait, or the start or end of a graph.</param>
/// <param name="chain">The chain it is the latest of.</param>
/// <param name="clock">Everything that comes before it, itself included.</param>
internal sealed class Operation(DeviceWork? work, Chain chain, VectorClock clock)
{
    internal DeviceWork? Work { get; } = work;

    internal int Chain { get; } = chain.Index;

    internal int Sequence { get; } = chain.Length;

    internal VectorClock Clock { get; } = clock;

    /// <summary>Unfinished operations this one waits for; emptied on completion.</summary>
    internal List<Operation> Waited { get; } = [];

    /// <summary>Operations that wait for this one; emptied on completion.</summary>
    internal List<Operation> Waiting { get; } = [];

    internal int Unfinished { get; set; }

    internal bool IsDemanded { get; set; }

    internal bool IsDispatched { get; set; }

    internal bool IsComplete { get; set; }

    /// <summary>When it completed, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    internal long CompletedAt { get; set; }

    /// <summary>When it starts at the latest, though nobody asks for it; same ticks.</summary>
    internal long Deadline { get; set; }
}
