namespace SpecExecNative.Kernels.Simulated;

/// <summary>What asking a card costs, in seconds. The same for every card: it is the host's and the driver's.</summary>
public sealed record HostCosts
{
    /// <summary>Host time to queue a kernel, a copy or an event (measured by others: 2.3 to 2.8 µs).</summary>
    public double Enqueue { get; init; } = 2.65e-6;

    /// <summary>Host time to replay captured work, however much it is (15 µs).</summary>
    public double Replay { get; init; } = 15e-6;

    /// <summary>Least time of a kernel in a queue: 2 µs to start and to end.</summary>
    public double Kernel { get; init; } = 2e-6;

    /// <summary>The same in replayed work (0.58 µs a node).</summary>
    public double ReplayedKernel { get; init; } = 0.58e-6;

    /// <summary>Between two copies of one engine: copies of 4 MiB reach 98 % of the link.</summary>
    public double Copy { get; init; } = 3.5e-6;

    /// <summary>From the end of the work to the host that waited for the queue (9 to 31 µs).</summary>
    public double Synchronize { get; init; } = 20e-6;

    /// <summary>A trip over the link and back: what a kernel waits for host memory.</summary>
    public double LinkLatency { get; init; } = 1.1e-6;
}
