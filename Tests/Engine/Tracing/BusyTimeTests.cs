using NUnit.Framework;
using SpecExecNative.Engine.Tracing;
using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Engine.Tracing;

public sealed class BusyTimeTests
{
    private static readonly (double Start, double End)[] Windows = [(1, 3), (5, 6), (6, 9)];

    [TestCase(0, 1, 0)]
    [TestCase(0, 2, 1)]
    [TestCase(1.5, 0.5, 0.5)]
    [TestCase(2, 10, 5)]
    [TestCase(3, 2, 0)]
    [TestCase(5.5, 1, 1)]
    [TestCase(8, 5, 1)]
    [TestCase(9, 5, 0)]
    public void ASpanCountsAsFarAsItLiesInWindows(double start, double seconds, double busy)
        => Assert.That(BusyTime.Of([new DeviceSpan(DeviceTrack.Compute, "x", start, seconds)], Windows), Is.EqualTo(busy).Within(1e-12));
}
