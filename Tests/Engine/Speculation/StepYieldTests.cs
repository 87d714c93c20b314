using NUnit.Framework;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Tests.Engine.Speculation;

public sealed class StepYieldTests
{
    [Test]
    public void BeforeAnythingIsKnownAStepIsTakenToBringWhatItCan()
    {
        StepYield yield = New();
        Assert.That(yield.Pays(most: 0.31, worthwhile: 0.2), Is.True);
        Assert.That(yield.Pays(most: 0.29, worthwhile: 0.2), Is.False, "with some caution");
        Assert.That(yield.Pays(most: 0, worthwhile: 0), Is.True, "what costs nothing pays");
    }

    /// <summary>Nodes of a half and a quarter came where a whole one could have; then a quarter, in the place of the other.</summary>
    [Test]
    public void WhatStepsBroughtIsExpectedOfTheNext()
    {
        StepYield yield = New();
        yield.Add(Math.Log(0.5));
        yield.Add(Math.Log(0.25));
        yield.Learn(most: 1); // three quarters of it: (1 + 0.75) / 2
        Assert.That(yield.Pays(most: 1, worthwhile: (0.875 / 1.5) - 1e-9), Is.True);
        Assert.That(yield.Pays(most: 1, worthwhile: (0.875 / 1.5) + 1e-9), Is.False);

        yield.Remove(Math.Log(0.25));
        yield.Add(Math.Log(0.25));
        yield.Learn(most: 0.5); // nothing of it
        Assert.That(yield.Pays(most: 1, worthwhile: (0.4375 / 1.5) - 1e-9), Is.True);
        Assert.That(yield.Pays(most: 1, worthwhile: (0.4375 / 1.5) + 1e-9), Is.False);
    }

    [Test]
    public void EveryTreeBeginsAnew()
    {
        StepYield yield = New();
        yield.Learn(most: 1);
        Assert.That(yield.Pays(most: 0.31, worthwhile: 0.2), Is.False);
        yield.Begin();
        Assert.That(yield.Pays(most: 0.31, worthwhile: 0.2), Is.True);
    }

    private static StepYield New()
    {
        var yield = new StepYield();
        yield.Begin();
        return yield;
    }
}
