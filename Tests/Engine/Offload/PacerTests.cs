using NUnit.Framework;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Kernels.Simulated;

namespace SpecExecNative.Tests.Engine.Offload;

public sealed class PacerTests
{
    private const double Rate = 1e9;

    [Test]
    public void BytesTakeWhatTheRateSays()
    {
        var clock = new VirtualClock();
        var pacer = new Pacer(Rate, clock, clock.Advance);
        for (int i = 0; i < 1000; i++)
        {
            clock.Advance(0.0001 * (i % 7)); // the host is busy with something else now and then
            pacer.Pass(4 << 20);
        }

        pacer.Finish();
        Assert.That(clock.Now, Is.EqualTo(1000.0 * (4 << 20) / Rate).Within(0.001));
    }

    [Test]
    public void ALinkThatRestedDoesNotMakeUpForIt()
    {
        var clock = new VirtualClock();
        var pacer = new Pacer(Rate, clock, clock.Advance);
        pacer.Pass(1_000_000_000);
        clock.Advance(10);
        pacer.Pass(1_000_000_000);
        pacer.Pass(1);
        Assert.That(clock.Now, Is.EqualTo(11).Within(1e-9));
    }
}
