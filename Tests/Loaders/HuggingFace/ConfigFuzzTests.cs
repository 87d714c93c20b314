using System.Text;
using NUnit.Framework;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Tests.Loaders.HuggingFace;

/// <summary>Damaged indexes and configs: refused with the documented exception or read into something sound, in bounded memory.</summary>
public sealed class ConfigFuzzTests
{
    private const int IndexInputs = 40_000;
    private const int ConfigInputs = 20_000;

    // Room for the windows of 10,000 layers, an exception with its message, and the JSON library's rented buffers.
    private const long MemoryPerInput = 1 << 20;
    private const long MemoryPerByte = 64;

    private static readonly byte[][] Indexes =
    [
        .. new[]
        {
            """{"metadata":{"total_size":123},"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}""",
            """{"weight_map":{"model.norm.weight":"x","é😀":"y.safetensors","\u0061":"x"},"metadata":null}""",
            """{"weight_map":{"c":"../x","d":"sub/y"}}""",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly byte[][] Configs = [.. SampleConfigs.All.Select(Encoding.UTF8.GetBytes)];

    [Test]
    public void DamagedIndexIsRefusedWithATypedErrorOrIsSound()
    {
        var mutator = new Mutator(3, Indexes);
        var outcomes = new Dictionary<string, int>();
        for (int i = 0; i < IndexInputs; i++)
        {
            byte[] json = mutator.Next();
            Count(outcomes, json, () =>
            {
                try
                {
                    ShardIndex index = ShardIndex.Parse(json, "fuzz.json");
                    return () => AssertSound(index);
                }
                catch (CheckpointException e)
                {
                    return e.Error;
                }
            });
        }

        Assert.That(outcomes.Keys, Is.EquivalentTo(new[] { "accepted", nameof(CheckpointError.InvalidIndex), nameof(CheckpointError.UnsafeShardName) }));
        Assert.That(outcomes.Values, Is.All.GreaterThan(IndexInputs / 50));
    }

    [Test]
    public void DamagedConfigIsRefusedWithATypedErrorOrIsSound()
    {
        var mutator = new Mutator(4, Configs);
        var outcomes = new Dictionary<string, int>();
        for (int i = 0; i < ConfigInputs; i++)
        {
            byte[] json = mutator.Next();
            Count(outcomes, json, () =>
            {
                try
                {
                    ModelConfig config = ModelConfigReader.Parse(json, json);
                    return () => AssertSound(config);
                }
                catch (ModelConfigException e)
                {
                    return e.Field is null ? "file" : "field";
                }
            });
        }

        Assert.That(outcomes.Keys, Is.EquivalentTo(new[] { "accepted", "file", "field" }));
        Assert.That(outcomes.Values, Is.All.GreaterThan(ConfigInputs / 50));
    }

    [Test]
    public void DamagedGenerationConfigIsRefusedWithATypedErrorOrIsSound()
    {
        var mutator = new Mutator(5, [Encoding.UTF8.GetBytes("""{"do_sample":true,"temperature":0.7,"top_p":0.8,"top_k":20,"min_p":0.1,"repetition_penalty":1.05}""")]);
        int accepted = 0;
        for (int i = 0; i < ConfigInputs; i++)
        {
            byte[] json = mutator.Next();
            try
            {
                GenerationDefaults defaults = GenerationDefaultsReader.Parse(json);
                Assert.That(defaults.Temperature ?? 0, Is.InRange(0, 1e6));
                Assert.That(defaults.TopP ?? 1, Is.InRange(double.Epsilon, 1));
                Assert.That(defaults.MinP ?? 0, Is.InRange(0, 1));
                Assert.That(defaults.TopK ?? 0, Is.Not.Negative);
                Assert.That(defaults.RepetitionPenalty ?? 1, Is.Positive);
                accepted++;
            }
            catch (ModelConfigException)
            {
            }
        }

        Assert.That(accepted, Is.InRange(ConfigInputs / 50, ConfigInputs / 2));
    }

    /// <summary>Runs one input, counts how it ended, and checks what it allocated.</summary>
    /// <param name="outcomes">Receives the count.</param>
    /// <param name="json">The input.</param>
    /// <param name="run">Returns a check of what was accepted, or the name of the refusal.</param>
    private static void Count(Dictionary<string, int> outcomes, byte[] json, Func<object> run)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        object result = run();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(allocated, Is.LessThan(MemoryPerInput + (MemoryPerByte * json.Length)), () => Encoding.UTF8.GetString(json));
        (result as Action)?.Invoke();
        string outcome = result is Action ? "accepted" : result.ToString()!;
        outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
    }

    private static void AssertSound(ShardIndex index)
    {
        Assert.That(index.ShardOfTensor, Is.Not.Empty);
        foreach (string shard in index.Shards)
        {
            string full = Path.GetFullPath(Path.Combine("/models/here", shard));
            Assert.That(Path.GetDirectoryName(full), Is.EqualTo(Path.GetFullPath("/models/here")), shard);
        }
    }

    private static void AssertSound(ModelConfig config)
    {
        int[] sizes = [config.VocabularySize, config.HiddenSize, config.IntermediateSize, config.Layers, config.QueryHeads, config.KvHeads, config.HeadDim, config.MaxPositionEmbeddings];
        Assert.That(sizes, Is.All.Positive);
        Assert.That((config.QueryHeads % config.KvHeads, config.HeadDim % 2), Is.EqualTo((0, 0)));
        Assert.That((long)config.QueryHeads * config.HeadDim, Is.LessThanOrEqualTo(1 << 22));
        Assert.That(config.Layers, Is.LessThanOrEqualTo(10_000));
        Assert.That(config.SlidingWindows, Has.Count.EqualTo(config.Layers));
        Assert.That(config.SlidingWindows, Is.All.Matches<int?>(w => w is null or > 0));
        Assert.That(new[] { config.RmsNormEpsilon, config.RopeTheta }, Is.All.Positive.And.All.LessThan(double.PositiveInfinity));
        Assert.That(config.EosTokenIds.Append(config.BosTokenId ?? 0), Is.All.InRange(0, config.VocabularySize - 1));
    }
}
