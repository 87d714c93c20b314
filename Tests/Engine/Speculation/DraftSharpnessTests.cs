using NUnit.Framework;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Tests.Engine.Speculation;

/// <summary>A draft's temperature is learnt from what becomes of its trees.</summary>
public sealed class DraftSharpnessTests
{
    private const int Vocabulary = 24;

    /// <summary>All tokens told, there is nothing to guess: it is the softmax at that temperature.</summary>
    [Test]
    public void SharpenedChildrenAreThoseOfTheSoftmax([Values(0.5, 0.7, 1)] double temperature)
    {
        double[] logits = [.. Enumerable.Range(0, Vocabulary).Select(i => 3 * Math.Sin(i * 7.3))];
        DraftChildren children = Told(logits, Vocabulary);
        new DraftSharpness(temperature).Apply(children, 1);
        double[] expected = LogSoftmax([.. logits.Select(logit => logit / temperature)]);
        for (int i = 0; i < Vocabulary; i++)
        {
            Assert.That(children.LogProbabilities(0)[i], Is.EqualTo(expected[children.Tokens(0)[i]]).Within(1e-5));
        }
    }

    /// <summary>Of tokens that were not told only their sum is known: children get no more than they have, and not much less.</summary>
    [Test]
    public void WhatIsNotToldCountsAtMostAsTheLastChild([Values(4, 8, 16)] int width)
    {
        double[] logits = [.. Enumerable.Range(0, Vocabulary).Select(i => 3 * Math.Sin(i * 7.3))];
        DraftChildren children = Told(logits, width);
        new DraftSharpness(0.5).Apply(children, 1);
        double[] exact = LogSoftmax([.. logits.Select(logit => logit / 0.5)]);
        for (int i = 0; i < width; i++)
        {
            Assert.That(children.LogProbabilities(0)[i], Is.LessThanOrEqualTo(exact[children.Tokens(0)[i]] + 1e-5).And.GreaterThan(exact[children.Tokens(0)[i]] - 0.25));
        }
    }

    /// <summary>The target samples at a temperature that the draft does not know; it begins where the target's is 1.</summary>
    [TestCase(0.4)]
    [TestCase(0.7)]
    [TestCase(1.3)]
    public void TheTemperatureIsFound(double actual)
    {
        Random random = new(3);
        double[] Logits(IReadOnlyList<int> path) => [.. Enumerable.Range(0, Vocabulary).Select(i => 2 * Math.Sin((i + 1) * (path.Aggregate(17, (hash, token) => (hash * 31) + token) % 1013)))];
        var sharpness = new DraftSharpness(1);
        List<double> temperatures = [];
        for (int text = 0; text < 1000; text++)
        {
            int start = text;
            var draft = new FunctionDraft(Vocabulary, path => LogSoftmax(Logits([start, .. path])));
            TokenTree tree = new TreeBuilder(draft, new TreeOptions { Budget = 40, BatchSize = 4, BranchWidth = 16 }, sharpness).Build(0);
            sharpness.Learn(tree, Walk(tree, path => LogSoftmax([.. Logits([start, .. path]).Select(logit => logit / actual)]), random));
            temperatures.Add(sharpness.Temperature);
        }

        Assert.That(temperatures.Skip(600).Average(), Is.EqualTo(actual).Within(0.12 * actual));
    }

    [Test]
    public void ASureTargetIsBegunWithASurerDraft()
    {
        Assert.That(new[] { 0, 0.3, 0.8, 1, 2 }.Select(t => new DraftSharpness(t).Temperature), Is.EqualTo(new[] { 0.5, 0.5, 0.8, 1, 1 }));
    }

    private static List<int> Walk(TokenTree tree, Func<IReadOnlyList<int>, double[]> target, Random random)
    {
        List<int> path = [];
        List<int> tokens = [];
        for (int node = 0; ;)
        {
            double left = random.NextDouble();
            double[] distribution = target(tokens);
            int token = 0;
            while (token < Vocabulary - 1 && (left -= Math.Exp(distribution[token])) > 0)
            {
                token++;
            }

            node = tree.FindChild(node, token);
            if (node < 0)
            {
                return path;
            }

            path.Add(node);
            tokens.Add(token);
        }
    }

    private static DraftChildren Told(double[] logits, int width)
    {
        var children = new DraftChildren(1, width);
        double[] logProbabilities = LogSoftmax(logits);
        int[] order = [.. Enumerable.Range(0, logits.Length).OrderByDescending(i => logits[i]).Take(width)];
        order.CopyTo(children.Tokens(0));
        for (int i = 0; i < width; i++)
        {
            children.LogProbabilities(0)[i] = (float)logProbabilities[order[i]];
        }

        return children;
    }

    private static double[] LogSoftmax(double[] logits)
    {
        double max = logits.Max();
        double total = Math.Log(logits.Sum(logit => Math.Exp(logit - max))) + max;
        return [.. logits.Select(logit => logit - total)];
    }
}
