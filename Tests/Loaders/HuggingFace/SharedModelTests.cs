using NUnit.Framework;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Tests.Loaders.HuggingFace;

/// <summary>Real models that other programs wrote.</summary>
public sealed class SharedModelTests
{
    [TestCase("models/stories260K", TensorType.F32)]
    [TestCase("models/stories260K-f16", TensorType.F16)]
    [TestCase("models/stories260K-bf16", TensorType.BF16)]
    [TestCase("models/stories260K-sharded", TensorType.F32)]
    public void StoriesModelOpensInEveryForm(string folder, TensorType type)
    {
        using Checkpoint checkpoint = Checkpoint.Open(TestData.Shared(folder));

        ModelConfig config = checkpoint.Config;
        Assert.That(config.Architecture, Is.EqualTo(ModelArchitecture.Llama));
        Assert.That(
            (config.VocabularySize, config.HiddenSize, config.IntermediateSize, config.Layers),
            Is.EqualTo((512, 64, 172, 5)));
        Assert.That((config.QueryHeads, config.KvHeads, config.HeadDim), Is.EqualTo((8, 4, 8)));
        Assert.That((config.RmsNormEpsilon, config.RopeTheta, config.RopeScaling), Is.EqualTo((1e-5, 1e4, (Llama3RopeScaling?)null)));
        Assert.That((config.TieWordEmbeddings, config.QkvBias, config.OutputBias, config.QueryKeyNorm), Is.EqualTo((true, false, false, false)));
        Assert.That((config.MaxPositionEmbeddings, config.BosTokenId), Is.EqualTo((512, 1)));
        Assert.That(config.EosTokenIds, Is.EqualTo(new[] { 2 }));
        Assert.That(config.SlidingWindows, Is.EqualTo(new int?[5]));

        Assert.That(checkpoint.Tensors.Names.Count(), Is.EqualTo(47));
        Assert.That(checkpoint.UnusedTensors, Is.Empty);
        Assert.That(checkpoint.Tensors.Get(TensorNames.KeyWeight(4)).Shape, Is.EqualTo(new long[] { 32, 64 }));
        Assert.That(checkpoint.Tensors.Names.Select(n => checkpoint.Tensors.Get(n).Type), Is.All.EqualTo(type));
        Assert.That(checkpoint.Generation, Is.EqualTo(new GenerationDefaults()));
    }

    [Test]
    public void ShardsHoldTheSameBytesAsTheSingleFile()
    {
        using Checkpoint single = Checkpoint.Open(TestData.Shared("models/stories260K"));
        using Checkpoint sharded = Checkpoint.Open(TestData.Shared("models/stories260K-sharded"));

        Assert.That(sharded.Tensors.Files.Count(), Is.EqualTo(2));
        foreach (string name in single.Tensors.Names)
        {
            CheckpointTensor expected = single.Tensors.Get(name);
            CheckpointTensor actual = sharded.Tensors.Get(name);
            Assert.That(actual.Shape, Is.EqualTo(expected.Shape), name);
            Assert.That(
                actual.Read(0, (int)actual.Bytes).SequenceEqual(expected.Read(0, (int)expected.Bytes)), Is.True, name);
        }
    }

    [TestCase("draft", 128, 344, 2, 4, 2, 32)]
    [TestCase("target", 256, 688, 6, 4, 2, 64)]
    public void DemoPairOpens(string folder, int hidden, int intermediate, int layers, int queryHeads, int kvHeads, int headDim)
    {
        using Checkpoint checkpoint = Checkpoint.Open(TestData.Shared(Path.Combine("demo-pair", folder)));

        ModelConfig config = checkpoint.Config;
        Assert.That(
            (config.HiddenSize, config.IntermediateSize, config.Layers, config.QueryHeads, config.KvHeads, config.HeadDim),
            Is.EqualTo((hidden, intermediate, layers, queryHeads, kvHeads, headDim)));
        Assert.That((config.VocabularySize, config.MaxPositionEmbeddings, config.BosTokenId), Is.EqualTo((2048, 1024, 0)));
        Assert.That(config.EosTokenIds, Is.EqualTo(new[] { 1 }));
        Assert.That(checkpoint.UnusedTensors, Is.Empty);
        Assert.That(checkpoint.Tensors.Get(TensorNames.Embedding).Type, Is.EqualTo(TensorType.F16));
    }
}
