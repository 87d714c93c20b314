using NUnit.Framework;
using SpecExecNative.Engine.Budget;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Tests.Engine.Budget;

public sealed class AcceptanceEstimateTests
{
    /// <summary>A draft that believes in itself twice as much as it should: the truth is learnt.</summary>
    [Test]
    public void WhatHappensOutweighsWhatTheDraftSays()
    {
        const int Depth = 8;
        var estimate = new AcceptanceEstimate();
        var random = new Random(1);
        double truth = 1 + Enumerable.Range(1, Depth).Sum(d => Math.Pow(0.4, d));
        TokenTree chain = Chain(Depth, 0.8);
        for (int i = 0; i < 600; i++)
        {
            int accepted = 0;
            while (accepted < Depth && random.NextDouble() < 0.4)
            {
                accepted++;
            }

            estimate.Learn(chain, [.. Enumerable.Range(1, accepted)]);
        }

        Assert.That(estimate.TokensPerIteration(Depth), Is.EqualTo(truth).Within(0.4));
    }

    [Test]
    public void LargerTreesAreNeverExpectedToBringLess()
    {
        var estimate = new AcceptanceEstimate();
        RequireAscending();
        estimate.Learn(Chain(40, 0.9), [1, 2, 3]);
        RequireAscending();

        void RequireAscending()
        {
            double last = 1;
            for (int budget = 1; budget < 3000; budget++)
            {
                double tokens = estimate.TokensPerIteration(budget);
                Assert.That(tokens, Is.GreaterThanOrEqualTo(last).And.LessThanOrEqualTo(budget + 1));
                last = tokens;
            }
        }
    }

    private static TokenTree Chain(int depth, double probability)
    {
        var nodes = new TreeNode[depth + 1];
        nodes[0] = TreeNode.Root(0);
        for (int i = 1; i <= depth; i++)
        {
            nodes[i] = new TreeNode(i, i - 1, i, i * Math.Log(probability), TreeNode.NotComputed);
        }

        return new TokenTree(nodes);
    }
}
