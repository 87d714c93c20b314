using NUnit.Framework;
using SpecExecNative.Engine.Speculation.Sampled;

namespace SpecExecNative.Tests.Engine.Speculation.Sampled;

/// <summary>Multi-step speculative sampling by enumeration: all draws of all children, nothing is sampled.</summary>
public sealed class ResidualDistributionTests
{
    private const int Vocabulary = 4;

    [Test]
    public void WhateverIsDraftedTheTokenIsDistributedAsTheTarget(
        [Values("random", "peaked", "disjoint", "overlapping", "equal", "one-hot target", "one-hot draft")] string pair,
        [Values(0, 1, 2, 3, 5)] int draws)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            (double[] p, double[] q) = Pair(pair, random);

            Assert.That(Outcome(p, q, draws), Is.EqualTo(p).Within(1e-12), $"seed {seed}: p {string.Join(' ', p)}; q {string.Join(' ', q)}");
        }
    }

    /// <summary>More draws leave the tree less often, and never accept less than the first one alone: Σ min(p, q).</summary>
    [Test]
    public void EachFurtherDrawIsAFurtherChance()
    {
        (double[] p, double[] q) = Pair("random", new Random(1));
        double[] accepted = [.. Enumerable.Range(0, 5).Select(draws => AcceptedMass(p, q, draws))];

        Assert.That(accepted[0], Is.Zero);
        Assert.That(accepted[1], Is.EqualTo(p.Zip(q, Math.Min).Sum()).Within(1e-12));
        Assert.That(accepted, Is.Ordered.Ascending.And.Unique);
    }

    /// <summary>A rejection that only rounding can bring about must not leave an empty distribution.</summary>
    [Test]
    public void NothingLeftIsToldOf()
    {
        ResidualDistribution residual = Begin([0.5, 0.5, 0, 0], new NodeProposal([0, 1], [0.5, 0.5]));

        Assert.That(residual.AcceptanceOf(0), Is.EqualTo(1));
        Assert.That(residual.Reject(), Is.False);
        Assert.That(residual.CanAccept, Is.False);
    }

    /// <summary>After a rejection its token has no chance left, so a node is only ever entered by its first draw.</summary>
    [Test]
    public void ARejectedTokenIsNeverAcceptedLater()
    {
        ResidualDistribution residual = Begin([0.1, 0.4, 0.5, 0], new NodeProposal([0, 1, 3], [0.6, 0.2, 0.2]));
        residual.Reject();

        Assert.That(residual.AcceptanceOf(0), Is.Zero);
        Assert.That(residual.AcceptanceOf(2), Is.Zero, "the target never chooses it");
        Assert.That(residual.AcceptanceOf(1), Is.EqualTo(1), "0.2 of 0.7 against 0.2");
    }

    private static double[] Outcome(double[] p, double[] q, int draws)
    {
        double[] outcome = new double[Vocabulary];
        Enumerate(p, q, draws, (token, probability, _) => outcome[token] += probability);
        return outcome;
    }

    private static double AcceptedMass(double[] p, double[] q, int draws)
    {
        double mass = 0;
        Enumerate(p, q, draws, (_, probability, isDrafted) => mass += isDrafted ? probability : 0);
        return mass;
    }

    /// <summary>Tells every way in which a token can come out, and its probability.</summary>
    private static void Enumerate(double[] p, double[] q, int draws, Action<int, double, bool> outcome)
    {
        int[] support = [.. Enumerable.Range(0, Vocabulary).Where(t => q[t] > 0)];
        var proposal = new NodeProposal(support, [.. support.Select(t => q[t])]);
        int[] drawn = new int[draws];
        for (int code = 0; code < Math.Pow(support.Length, draws); code++)
        {
            double probability = 1;
            for (int i = 0, rest = code; i < draws; i++, rest /= support.Length)
            {
                drawn[i] = rest % support.Length;
                probability *= proposal.Probabilities[drawn[i]];
            }

            ResidualDistribution residual = Begin(p, proposal);
            bool hasMore = true;
            for (int i = 0; i < draws && hasMore; i++)
            {
                double acceptance = residual.AcceptanceOf(drawn[i]);
                outcome(support[drawn[i]], probability * acceptance, true);
                probability *= 1 - acceptance;
                hasMore = acceptance < 1 && residual.Reject();
            }

            if (hasMore)
            {
                TellResidual(residual, p, probability, outcome);
            }
        }
    }

    /// <summary>The residual's probabilities are where its quantiles pass from one token to the next: found by bisection.</summary>
    private static void TellResidual(ResidualDistribution residual, double[] p, double probability, Action<int, double, bool> outcome)
    {
        double from = 0;
        while (from < 1)
        {
            int token = residual.Draw(from);
            (double low, double high) = (from, 1);
            if (residual.Draw(Math.BitDecrement(1.0)) != token)
            {
                while (high - low > 1e-15)
                {
                    double middle = (low + high) / 2;
                    (low, high) = residual.Draw(middle) == token ? (middle, high) : (low, middle);
                }
            }

            Assert.That(p[token], Is.Positive);
            outcome(token, probability * (high - from), false);
            from = high;
        }
    }

    private static ResidualDistribution Begin(double[] p, NodeProposal proposal)
    {
        var residual = new ResidualDistribution(Vocabulary);
        p.CopyTo(residual.Target);
        residual.Begin(proposal);
        return residual;
    }

    private static (double[] P, double[] Q) Pair(string name, Random random)
    {
        double[] Weights(double sharpness, params int[] tokens)
        {
            double[] weights = new double[Vocabulary];
            foreach (int token in tokens)
            {
                weights[token] = Math.Exp(sharpness * random.NextDouble());
            }

            double total = weights.Sum();
            return [.. weights.Select(w => w / total)];
        }

        double[] any = Weights(2, 0, 1, 2, 3);
        return name switch
        {
            "random" => (any, Weights(2, 0, 1, 2, 3)),
            "peaked" => (Weights(12, 0, 1, 2, 3), Weights(12, 0, 1, 2, 3)),
            "disjoint" => (Weights(2, 0, 2), Weights(2, 1, 3)),
            "overlapping" => (Weights(2, 0, 1, 2), Weights(2, 2, 3)),
            "equal" => (any, any),
            "one-hot target" => ([0, 0, 1, 0], any),
            "one-hot draft" => (any, [0, 0, 1, 0]),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such pair"),
        };
    }
}
