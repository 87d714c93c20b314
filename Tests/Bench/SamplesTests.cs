using NUnit.Framework;
using SpecExecNative.Bench.Figures;

namespace SpecExecNative.Tests.Bench;

public sealed class SamplesTests
{
    [TestCase(new double[] { 3 }, 3, 3)]
    [TestCase(new double[] { 4, 1, 3, 2 }, 2.5, 4)]
    [TestCase(new double[] { 1, 2, 3, 4, 100 }, 3, 100)]
    public void MedianAndP95OfTimes(double[] times, double median, double p95)
    {
        var samples = Samples.OfCosts(times);
        Assert.Multiple(() =>
        {
            Assert.That(samples.Median, Is.EqualTo(median));
            Assert.That(samples.P95, Is.EqualTo(p95));
            Assert.That(samples.Best, Is.EqualTo(times.Min()));
        });
    }

    [Test]
    public void P95OfAHundredTimesIsTheNinetyFifth()
        => Assert.That(Samples.OfCosts(Enumerable.Range(1, 100).Reverse().Select(i => (double)i)).P95, Is.EqualTo(95));

    [Test]
    public void P95OfARateIsItsSlowSide()
    {
        double[] seconds = [1, 2, 4, 8, 10];
        Samples fromTimes = Samples.OfCosts(seconds).Rates(40);
        Samples direct = Samples.OfRates(seconds.Select(s => 40 / s));
        Assert.Multiple(() =>
        {
            Assert.That(fromTimes.P95, Is.EqualTo(4), "the rate of the slowest");
            Assert.That(fromTimes.Best, Is.EqualTo(40));
            Assert.That((direct.Median, direct.P95, direct.Best), Is.EqualTo((fromTimes.Median, fromTimes.P95, fromTimes.Best)));
        });
    }

    [Test]
    public void ASingleSampleHasNoP95() => Assert.That(Samples.OfCosts([3]).Figure("time", "s").P95, Is.Null);

    [Test]
    public void TheTimeOfAnActionIsTheTimeOfOneCall()
    {
        Samples seconds = new Timing(WarmUpMilliseconds: 1, Repeats: 3, SampleMilliseconds: 20).Seconds(() => Thread.Sleep(5));
        Assert.That(seconds.Median, Is.InRange(0.0045, 0.5));
        Assert.That(seconds.Count, Is.EqualTo(3));
    }
}
