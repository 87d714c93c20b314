using System.Text.Json;
using NUnit.Framework;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Tests.Engine.Generation;

namespace SpecExecNative.Tests.Engine.Speculation;

public sealed class TreeQualityTests
{
    private const int Budget = 256;

    /// <summary>
    /// The tree's total probability is what the target is expected to accept if the draft is right (the paper's objective).
    /// With one node per step the search is exact. Larger steps compute more nodes, but end with the same tree.
    /// </summary>
    [Test]
    public void LargeDraftStepsLoseNothingOfTheOptimumOnTheDemoPair()
    {
        using ModelPair pair = ModelPair.Demo();
        double worst = 1;
        foreach (string prompt in Prompts().Take(8))
        {
            var history = new TokenHistory(pair.Generator.Encode(prompt));
            double optimum = Mass(pair, history, batchSize: 1, out int exactSteps);
            foreach (int batchSize in new[] { 8, 32, 128 })
            {
                double mass = Mass(pair, history, batchSize, out int steps);
                worst = Math.Min(worst, mass / optimum);
                Assert.That(steps, Is.LessThan(exactSteps), "larger steps are fewer");
            }
        }

        TestContext.Out.WriteLine($"least share of the optimal total probability: {worst:F6}");
        Assert.That(worst, Is.GreaterThanOrEqualTo(0.98));
    }

    private static double Mass(ModelPair pair, TokenHistory history, int batchSize, out int steps)
    {
        var options = new TreeOptions { Budget = Budget, BatchSize = batchSize };
        using var draft = new DraftModel(pair.Draft, options, pair.Generator.SharedVocabulary);
        draft.Start(history, default);
        var builder = new TreeBuilder(draft, options);
        TokenTree tree = builder.Build(history.Tokens[^1]);
        steps = builder.DraftSteps;
        Assert.That(tree.Count, Is.EqualTo(Budget + 1));
        return Enumerable.Range(1, Budget).Sum(n => Math.Exp(tree[n].CumulativeLogProbability));
    }

    private static string[] Prompts()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(TestData.Repository("tools/demo-pair/held-out-prompts.json")));
        return [.. document.RootElement.EnumerateArray().Select(e => e.GetString()!)];
    }
}
