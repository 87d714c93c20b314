namespace SpecExecNative.Kernels.Simulated;

/// <summary>A part of a card that does one thing at a time.</summary>
internal sealed class SimulatedEngine(DeviceTrack track)
{
    public DeviceTrack Track => track;

    /// <summary>When it has done what it has been given.</summary>
    public double FreeAt { get; set; }
}
