using NUnit.Framework;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Tests.Oracles;

namespace SpecExecNative.Tests.Engine.Generation;

/// <summary>
/// The central promise: with the same seed, speculation changes nothing but the speed. Each test draws many combinations
/// of prompt, seed, sampler chain and tree shape, and compares the tokens with plain decoding's, one by one.
/// </summary>
public sealed class LosslessTests
{
    private const int CombinationsPerPair = 46; // × (11 random pairs + the demo pair) > 550

    private static readonly string[] Prompts =
    [
        "In the beginning", "And the LORD said unto Moses,", "Blessed are the", "", "Now these are the names of the children of Israel",
        "1 ", "Psalms 23\nA Psalm of David. ", "The wicked flee when no man pursueth:",
    ];

    [TestCaseSource(typeof(CheckpointSpec), nameof(CheckpointSpec.Variants))]
    public async Task SameSeedGivesSameTextWithAndWithoutSpeculation(CheckpointSpec spec)
    {
        using ModelPair pair = ModelPair.Random(spec);
        var random = new Random(spec.Seed);
        int accepted = 0;
        for (int i = 0; i < CombinationsPerPair; i++)
        {
            int[] prompt = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => random.Next(spec.Vocabulary))];
            accepted += await AssertLossless(pair, prompt, RandomOptions(random, spec.Vocabulary, maxTokens: 24));
        }

        Assert.That(accepted, Is.GreaterThan(CombinationsPerPair), "the draft must be of use, or nothing is tested");
    }

    [Test]
    public async Task SameSeedGivesSameTextOnTheDemoPair()
    {
        using ModelPair pair = ModelPair.Demo();
        var random = new Random(1);
        int accepted = 0;
        for (int i = 0; i < CombinationsPerPair; i++)
        {
            IReadOnlyList<int> prompt = pair.Generator.Encode(Prompts[i % Prompts.Length]);
            accepted += await AssertLossless(pair, prompt, RandomOptions(random, pair.Generator.Vocabulary, maxTokens: 32));
        }

        Assert.That(accepted, Is.GreaterThan(CombinationsPerPair));
    }

    private static async Task<int> AssertLossless(ModelPair pair, IReadOnlyList<int> prompt, GenerationOptions options)
    {
        GenerationResult speculated = await pair.Generate(prompt, options);
        GenerationResult plain = await pair.Generate(prompt, options with { Method = DecodingMethod.None });

        Assert.That(speculated.Tokens, Is.EqualTo(plain.Tokens), $"{options} {options.Sampling} {options.Tree}");
        Assert.That(speculated.Text, Is.EqualTo(plain.Text));
        Assert.That(speculated.Finish, Is.EqualTo(plain.Finish));
        Assert.That(plain.Statistics.Iterations, Has.Count.EqualTo(plain.Tokens.Count), "plain decoding takes a pass per token");
        return speculated.Statistics.Accepted;
    }

    private static GenerationOptions RandomOptions(Random random, int vocabulary, int maxTokens)
    {
        T Pick<T>(params T[] values) => values[random.Next(values.Length)];
        return new GenerationOptions
        {
            Method = Pick(DecodingMethod.SpecExec, DecodingMethod.SpecExec, DecodingMethod.SpecExec, DecodingMethod.Chain),
            MaxTokens = maxTokens,
            IgnoreEndOfText = Pick(true, false),
            Sampling = new SamplingOptions
            {
                Temperature = Pick(0, 0.3, 0.6, 1, 1.4),
                TopK = Pick(0, 0, 1, 5, 40),
                TopP = Pick(1, 0.9, 0.5),
                MinP = Pick(0, 0, 0.05),
                RepetitionPenalty = Pick(1, 1, 1.1, 1.5),
                PresencePenalty = Pick(0, 0, 0.7),
                FrequencyPenalty = Pick(0, 0, 0.4),
                LogitBias = Pick(false, true)
                    ? new Dictionary<int, double> { [random.Next(vocabulary)] = 3, [random.Next(vocabulary)] = double.NegativeInfinity }
                    : new Dictionary<int, double>(),
                Seed = (ulong)random.NextInt64(),
            },
            Tree = new TreeOptions
            {
                Budget = Pick(1, 2, 7, 16, 40, 128),
                MaxDepth = Pick(1, 3, 8, 24),
                BatchSize = Pick(1, 2, 8, 32),
                BranchWidth = Pick(1, 2, 8, 33, 1000),
                DraftTemperature = Pick(1, 0.6, 1.5),
                LearnsDraftTemperature = Pick(true, false),
                MinLogProbability = Pick(double.NegativeInfinity, double.NegativeInfinity, -3),
            },
        };
    }
}
