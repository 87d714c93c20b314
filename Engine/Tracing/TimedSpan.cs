using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Tracing;

/// <summary>Work between two points of a queue.</summary>
/// <param name="Track">Who does it.</param>
/// <param name="Name">What it is.</param>
/// <param name="Start">Before it.</param>
/// <param name="End">Behind it.</param>
internal sealed record TimedSpan(DeviceTrack Track, string Name, DeviceEvent Start, DeviceEvent End);
