using NUnit.Framework;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Tests.Oracles;

namespace SpecExecNative.Tests.Loaders.HuggingFace;

public sealed class ModelConfigReaderTests
{
    private static readonly Llama3RopeScaling Llama31Scaling = new(8, 1, 4, 8192);

    [Test]
    public void Llama2IsReadAsPublished()
    {
        ModelConfig config = SampleConfigs.Llama2.Parse();

        Assert.That((config.Architecture, config.VocabularySize, config.HiddenSize, config.IntermediateSize, config.Layers), Is.EqualTo((ModelArchitecture.Llama, 32000, 4096, 11008, 32)));
        Assert.That((config.QueryHeads, config.KvHeads, config.HeadDim), Is.EqualTo((32, 32, 128)));
        Assert.That((config.RmsNormEpsilon, config.RopeTheta, config.RopeScaling), Is.EqualTo((1e-5, 1e4, (Llama3RopeScaling?)null)));
        Assert.That((config.TieWordEmbeddings, config.QkvBias, config.OutputBias, config.QueryKeyNorm), Is.EqualTo((false, false, false, false)));
        Assert.That((config.MaxPositionEmbeddings, config.BosTokenId), Is.EqualTo((4096, 1)));
        Assert.That(config.EosTokenIds, Is.EqualTo(new[] { 2 }));
        Assert.That(config.SlidingWindows, Is.EqualTo(new int?[32]));
    }

    [Test]
    public void Llama31HasItsRopeScalingAndAllItsEndTokens()
    {
        ModelConfig config = SampleConfigs.Llama31.Parse();

        Assert.That((config.KvHeads, config.RopeTheta, config.RopeScaling), Is.EqualTo((8, 5e5, Llama31Scaling)));
        Assert.That(config.EosTokenIds, Is.EqualTo(new[] { 128001, 128008, 128009 }));
    }

    [Test]
    public void Llama32IsTiedAndKeepsItsHeadSize()
    {
        ModelConfig config = SampleConfigs.Llama32.Parse();

        Assert.That((config.HeadDim, config.TieWordEmbeddings, config.RopeScaling), Is.EqualTo((64, true, Llama31Scaling with { Factor = 32 })));
    }

    [Test]
    public void MistralsWindowHoldsInEveryLayer()
        => Assert.That(SampleConfigs.Mistral01.Parse().SlidingWindows, Is.EqualTo(Enumerable.Repeat<int?>(4096, 32)));

    [Test]
    public void NemosHeadsAreNotAsWideAsItsResidualStream()
    {
        ModelConfig config = SampleConfigs.MistralNemo.Parse();

        Assert.That((config.Architecture, config.HeadDim, config.QueryHeads, config.HiddenSize), Is.EqualTo((ModelArchitecture.Mistral, 128, 32, 5120)));
        Assert.That(config.SlidingWindows, Is.EqualTo(new int?[40]));
    }

    [Test]
    public void Qwen25HasBiasesOnQkvAndNoWindowWhileItsSwitchIsOff()
    {
        ModelConfig config = SampleConfigs.Qwen25.Parse();

        Assert.That((config.Architecture, config.QkvBias, config.OutputBias, config.HeadDim), Is.EqualTo((ModelArchitecture.Qwen2, true, false, 64)));
        Assert.That(config.SlidingWindows, Is.EqualTo(new int?[24]));
    }

    [Test]
    public void Qwen25SlidesFromMaxWindowLayersOnWhereItsSwitchIsOn()
    {
        ModelConfig config = SampleConfigs.Qwen25.With("use_sliding_window", "true").Parse();

        Assert.That(config.SlidingWindows, Is.EqualTo(Enumerable.Range(0, 24).Select(i => i < 21 ? (int?)null : 32768)));
    }

    [Test]
    public void Qwen3NormalisesQueriesAndKeys()
    {
        ModelConfig config = SampleConfigs.Qwen3.Parse();

        Assert.That((config.Architecture, config.QueryKeyNorm, config.QkvBias, config.HeadDim), Is.EqualTo((ModelArchitecture.Qwen3, true, false, 128)));
    }

    [Test]
    public void SpellingsOfTransformers5AreRead()
    {
        ModelConfig config = SampleConfigs.Qwen3Transformers5.Parse();

        Assert.That((config.RopeTheta, config.RopeScaling, config.QkvBias, config.OutputBias), Is.EqualTo((1e6, (Llama3RopeScaling?)null, true, true)));
        Assert.That(config.SlidingWindows, Is.EqualTo(new int?[] { null, 512, null, 512 }));
        Assert.That(config.BosTokenId, Is.Null);
    }

    [Test]
    public void LeftOutFieldsHaveTransformersDefaults()
    {
        ModelConfig config = SampleConfigs.Smallest.Parse();

        Assert.That((config.KvHeads, config.HeadDim, config.RmsNormEpsilon, config.RopeTheta, config.MaxPositionEmbeddings), Is.EqualTo((2, 4, 1e-6, 1e4, 2048)));
        Assert.That(config.EosTokenIds, Is.Empty);
        Assert.That(SampleConfigs.Mistral01.With("sliding_window", null).Parse().SlidingWindows, Is.All.EqualTo(4096));
        Assert.That(SampleConfigs.Qwen3.With("head_dim", null).Parse().HeadDim, Is.EqualTo(128));
        Assert.That(SampleConfigs.Qwen3.With("head_dim", "null").Parse().HeadDim, Is.EqualTo(64));
    }

    [Test]
    public void LeftOutKvHeadsAreThoseOfTheModelsClassAndNullMeansOnePerQueryHead()
    {
        Assert.That(SampleConfigs.Llama31.With("num_key_value_heads", null).Parse().KvHeads, Is.EqualTo(32));
        Assert.That(SampleConfigs.MistralNemo.With("num_key_value_heads", null).Parse().KvHeads, Is.EqualTo(8));
        Assert.That(SampleConfigs.Qwen25.With("num_key_value_heads", null).With("num_attention_heads", "64").Parse().KvHeads, Is.EqualTo(32));
        Assert.That(SampleConfigs.Qwen3.With("num_key_value_heads", null).With("num_attention_heads", "64").Parse().KvHeads, Is.EqualTo(32));
        foreach ((string config, int heads) in new[] { (SampleConfigs.Mistral01, 32), (SampleConfigs.Qwen25, 14), (SampleConfigs.Qwen3, 16) })
        {
            Assert.That(config.With("num_key_value_heads", "null").Parse().KvHeads, Is.EqualTo(heads));
        }
    }

    [Test]
    public void LeftOutKvHeadsThatDoNotDivideTheQueryHeadsAreRefusedWithWhatTheyAre()
    {
        ModelConfigException e = Assert.Throws<ModelConfigException>(() => SampleConfigs.Qwen25.With("num_key_value_heads", null).Parse())!;
        Assert.That(e.Field, Is.EqualTo("num_key_value_heads"));
        Assert.That(e.Message, Does.Contain("left out").And.Contain("32").And.Contain("14"));
    }

    [Test]
    public void EndTokensAreTheUnionOfBothFiles()
    {
        ModelConfig config = SampleConfigs.Qwen25.Parse("""{"eos_token_id":[151645,151643],"bos_token_id":3}""");

        Assert.That(config.EosTokenIds, Is.EqualTo(new[] { 151645, 151643 }));
        Assert.That(config.BosTokenId, Is.EqualTo(151643));
        Assert.That(SampleConfigs.Smallest.Parse("""{"bos_token_id":3}""").BosTokenId, Is.EqualTo(3));
    }

    [TestCase("type")]
    [TestCase("rope_type")]
    public void BothNamesOfTheRopeTypeAreRead(string key)
        => Assert.That(
            SampleConfigs.Llama31.With("rope_scaling.rope_type", null).With($"rope_scaling.{key}", "\"llama3\"").Parse().RopeScaling,
            Is.EqualTo(Llama31Scaling));

    [TestCaseSource(typeof(CheckpointSpec), nameof(CheckpointSpec.Variants))]
    public void RandomCheckpointOfEveryArchitectureOpensAsSpecified(CheckpointSpec spec)
    {
        using RandomCheckpoint directory = RandomCheckpoint.Create(spec);
        using Checkpoint checkpoint = Checkpoint.Open(directory.Path);

        ModelConfig config = checkpoint.Config;
        Assert.That(config.Architecture.ToString(), Is.EqualTo(spec.ModelType).IgnoreCase);
        Assert.That(
            (config.VocabularySize, config.HiddenSize, config.IntermediateSize, config.Layers),
            Is.EqualTo((spec.Vocabulary, spec.Hidden, spec.Intermediate, spec.Layers)));
        Assert.That((config.QueryHeads, config.KvHeads, config.HeadDim), Is.EqualTo((spec.QueryHeads, spec.EffectiveKvHeads, spec.EffectiveHeadDim)));
        Assert.That((config.RmsNormEpsilon, config.RopeTheta, config.TieWordEmbeddings), Is.EqualTo((spec.NormEpsilon, spec.RopeTheta, spec.Tied)));
        Assert.That((config.QkvBias, config.OutputBias, config.QueryKeyNorm), Is.EqualTo((spec.HasQkvBias, spec.AttentionBias, spec.ModelType == "qwen3")));
        Assert.That(config.RopeScaling is not null, Is.EqualTo(spec.Llama3Rope));
        Assert.That(config.EosTokenIds, Is.EquivalentTo(spec.EosTokens.Union(spec.GenerationEosTokens ?? [])));
        Assert.That(checkpoint.UnusedTensors, Is.Empty);
    }
}
