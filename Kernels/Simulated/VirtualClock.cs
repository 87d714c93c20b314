namespace SpecExecNative.Kernels.Simulated;

/// <summary>Time that passes only where something is said to take some: the host's own, beside which a <see cref="SimulatedDevice"/> works.</summary>
public sealed class VirtualClock : TimeProvider
{
    private const double TicksPerSecond = 1e12;

    /// <summary>Seconds since the beginning.</summary>
    public double Now { get; private set; }

    /// <inheritdoc/>
    public override long TimestampFrequency => (long)TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => (long)(Now * TicksPerSecond);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(Now);

    /// <summary>The host is busy for some time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than none.</exception>
    public void Advance(double seconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seconds);
        Now += seconds;
    }

    /// <summary>The host waits; it does not if that time has passed.</summary>
    internal void AdvanceTo(double time) => Now = Math.Max(Now, time);
}
