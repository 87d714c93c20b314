using NUnit.Framework;
using SpecExecNative.Engine;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Tests.Kernels;

namespace SpecExecNative.Tests.Engine.Generation;

/// <summary>Sampled trees and their verification at work, on the demo pair.</summary>
public sealed class SpecInferTests
{
    private static readonly string[] Prompts =
    [
        "In the beginning", "And the LORD said unto Moses,", "Blessed are the", "Now these are the names of the children of Israel",
        "Psalms 23\nA Psalm of David. ", "The wicked flee when no man pursueth:", "And it came to pass", "Then answered",
    ];

    private static readonly GenerationOptions Options = new()
    {
        Method = DecodingMethod.SpecInfer,
        MaxTokens = 48,
        IgnoreEndOfText = true,
        Sampling = new SamplingOptions { Temperature = 0.6, TopP = 0.9, Seed = 4 },
        Tree = new TreeOptions { Budget = 24, BatchSize = 8 },
    };

    private ModelPair _demo = null!;

    [OneTimeSetUp]
    public void LoadPair() => _demo = ModelPair.Demo();

    [OneTimeTearDown]
    public void DisposePair() => _demo.Dispose();

    [Test]
    public async Task SameSeedGivesTheSameTextAndAnotherSeedAnother()
    {
        GenerationResult first = await Write(0, Options);
        GenerationResult again = await Write(0, Options);
        GenerationResult other = await Write(0, Options with { Sampling = Options.Sampling with { Seed = 5 } });

        Assert.That(first.Tokens, Has.Count.EqualTo(48));
        Assert.That(again.Tokens, Is.EqualTo(first.Tokens));
        Assert.That(again.Text, Is.EqualTo(first.Text));
        Assert.That(other.Tokens, Is.Not.EqualTo(first.Tokens));
    }

    [Test]
    public async Task TheSizeOfDraftStepsChangesNothing([Values(1, 3, 24)] int batchSize)
    {
        GenerationResult expected = await Write(1, Options);
        GenerationResult result = await Write(1, Options with { Tree = Options.Tree with { BatchSize = batchSize } });

        Assert.That(result.Tokens, Is.EqualTo(expected.Tokens));
    }

    [Test]
    public async Task AGreedyTextIsThatOfPlainDecoding([Values(1, 8, 64, 300)] int budget, [Values(1, 1.3)] double penalty)
    {
        GenerationOptions options = Options with
        {
            Sampling = new SamplingOptions { Temperature = 0, RepetitionPenalty = penalty, PresencePenalty = penalty - 1 },
            Tree = Options.Tree with { Budget = budget },
        };
        for (int prompt = 0; prompt < 3; prompt++)
        {
            GenerationResult plain = await Write(prompt, options with { Method = DecodingMethod.None });
            GenerationResult result = await Write(prompt, options);

            Assert.That(result.Tokens, Is.EqualTo(plain.Tokens));
            Assert.That(result.Statistics.Accepted, Is.Positive);
        }
    }

    [Test]
    public async Task TreesKeepToTheBudget([Values(1, 7, 24, 200)] int budget)
    {
        GenerationResult result = await Write(2, Options with { Tree = Options.Tree with { Budget = budget } });

        foreach (GenerationStep step in result.Steps)
        {
            Assert.That(step.Statistics.TreeNodes, Is.LessThanOrEqualTo(budget).And.EqualTo(step.Tree.Count - 1));
            Assert.That(step.Statistics.TreeDepth, Is.LessThanOrEqualTo(Math.Ceiling(Math.Sqrt(2 * budget))));
            Assert.That(step.Statistics.Accepted, Is.EqualTo(step.Statistics.Tokens - 1).And.EqualTo(step.AcceptedNodes.Count));
            Assert.That(step.AcceptedNodes.Select(n => step.Tree[n].Token), Is.EqualTo(step.TokenIds.Take(step.AcceptedNodes.Count)));
        }

        Assert.That(result.Steps[0].Statistics.TreeNodes, Is.EqualTo(budget), "there is room for so many");
    }

    [Test]
    public async Task LargerBudgetsBringMoreTokensPerPass()
    {
        List<double> tokensPerPass = [];
        foreach (int budget in new[] { 2, 8, 32, 128 })
        {
            int tokens = 0;
            int passes = 0;
            for (int prompt = 0; prompt < Prompts.Length; prompt++)
            {
                GenerationResult result = await Write(prompt, Options with { Tree = Options.Tree with { Budget = budget } });
                tokens += result.Tokens.Count;
                passes += result.Steps.Count;
            }

            tokensPerPass.Add((double)tokens / passes);
        }

        TestContext.Out.WriteLine(string.Join(", ", tokensPerPass.Select(t => $"{t:F2}")));
        Assert.That(tokensPerPass[0], Is.GreaterThan(1.4));
        for (int i = 1; i < tokensPerPass.Count; i++)
        {
            Assert.That(tokensPerPass[i], Is.GreaterThan(0.95 * tokensPerPass[i - 1]), "give or take the noise of eight texts");
        }

        Assert.That(tokensPerPass[^1], Is.GreaterThan(1.5 * tokensPerPass[0]));
    }

    [Test]
    public async Task StreamedLayersWriteTheSameText([Values("none", "copies")] string eager)
    {
        string folder = TestData.Repository("tools/demo-pair");
        var device = new DeferredDevice(TestModel.Device, eager);
        using Transformer target = TestModel.Load(Path.Combine(folder, "target"), contextLength: 256, device: device, residency: new ResidencyPlan(_demo.Target.Config.Layers, 1, 2));
        using Transformer draft = TestModel.Load(Path.Combine(folder, "draft"), contextLength: 256, device: device);
        GenerationRun run = new Generator(target, draft, null).Start(_demo.Generator.Encode(Prompts[3]), Options);

        List<int> tokens = [.. (await run.CompleteAsync()).SelectMany(s => s.TokenIds)];

        Assert.That(run.Statistics.StreamedBytesPerIteration, Is.Positive);
        Assert.That(tokens, Is.EqualTo((await Write(3, Options)).Tokens));
    }

    [Test]
    public async Task ACancelledTextLeavesNothingBehind()
    {
        GenerationResult expected = await Write(4, Options);
        using var source = new CancellationTokenSource();
        GenerationRun run = _demo.Generator.Start(_demo.Generator.Encode(Prompts[4]), Options);
        Assert.That(
            async () =>
            {
                await foreach (GenerationStep step in run.WithCancellation(source.Token))
                {
                    await source.CancelAsync();
                }
            },
            Throws.InstanceOf<OperationCanceledException>());

        Assert.That((await Write(4, Options)).Tokens, Is.EqualTo(expected.Tokens));
    }

    [Test]
    public void WhatWouldChangeTheDistributionIsRefused()
    {
        void Refused(TreeOptions tree, string option)
            => Assert.That(
                () => _demo.Generator.Start([0], Options with { Tree = tree }),
                Throws.TypeOf<OptionException>().With.Property(nameof(OptionException.Option)).EqualTo(option).And.Message.Contains("SpecInfer"));

        Refused(Options.Tree with { MinLogProbability = -5 }, nameof(TreeOptions.MinLogProbability));
        Refused(Options.Tree with { ChoosesBudget = true }, nameof(TreeOptions.ChoosesBudget));
    }

    private Task<GenerationResult> Write(int prompt, GenerationOptions options) => _demo.Generate(_demo.Generator.Encode(Prompts[prompt]), options);
}
