using NUnit.Framework;
using SpecExecNative.Engine.Offload;

namespace SpecExecNative.Tests.Engine.Offload;

public sealed class ResidencyPlanTests
{
    [Test]
    public void StreamedLayersAreAsManyAsPlannedAndSpreadEvenly()
    {
        for (int layers = 1; layers <= 40; layers++)
        {
            for (int resident = 0; resident <= layers; resident++)
            {
                var plan = new ResidencyPlan(layers, resident, 1);
                int[] streamed = [.. Enumerable.Range(0, layers).Where(plan.IsStreamed)];
                Assert.That(streamed, Has.Length.EqualTo(plan.StreamedLayers));
                if (plan.StreamedLayers == 0)
                {
                    continue;
                }

                // Around the end, too: behind the last layer comes the first of the next pass.
                int[] gaps = [.. streamed.Zip([.. streamed[1..], streamed[0] + layers], (a, b) => b - a)];
                Assert.That(gaps.Max() - gaps.Min(), Is.LessThanOrEqualTo(1), $"{resident} of {layers}");
            }
        }
    }

    [Test]
    public void RingThatHoldsAllStreamedLayersStreamsNone()
    {
        var plan = new ResidencyPlan(10, 7, 3);
        Assert.That(plan.StreamedLayers, Is.Zero);
        Assert.That(plan.ResidentLayers, Is.EqualTo(10));
        Assert.That(plan.Slots, Is.Zero);
    }

    /// <summary>What fits, fits: and one layer more would not.</summary>
    [Test]
    public void FitUsesTheRoomAndNoMore([Values(1, 2, 4)] int slots)
    {
        const long Layer = 100;
        const int Layers = 12;
        for (long room = -50; room <= 1300; room += 50)
        {
            ResidencyPlan? plan = ResidencyPlan.Fit(Layers, Layer, room, slots);
            if (room < Layer)
            {
                Assert.That(plan, Is.Null, $"{room}");
                continue;
            }

            long used = (plan!.ResidentLayers + plan.Slots) * Layer;
            Assert.That(used, Is.LessThanOrEqualTo(room));
            Assert.That(plan.StreamedLayers == 0 || used + Layer > room, $"{room}: room is left");
            Assert.That(plan.StreamedLayers == 0, Is.EqualTo(room >= Layers * Layer), $"{room}: a ring only where it must be");
            Assert.That(plan.Slots, Is.LessThanOrEqualTo(slots));
        }
    }

    [TestCase(0, 0, 1)]
    [TestCase(4, -1, 1)]
    [TestCase(4, 5, 1)]
    [TestCase(4, 1, 0)]
    public void NonsenseIsRefused(int layers, int resident, int slots)
        => Assert.That(() => new ResidencyPlan(layers, resident, slots), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
