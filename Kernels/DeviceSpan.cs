namespace SpecExecNative.Kernels;

/// <summary>Something that took time.</summary>
/// <param name="Track">Who worked.</param>
/// <param name="Name">At what.</param>
/// <param name="Start">Seconds on the timeline's axis.</param>
/// <param name="Seconds">How long.</param>
public readonly record struct DeviceSpan(DeviceTrack Track, string Name, double Start, double Seconds)
{
    public double End => Start + Seconds;
}
