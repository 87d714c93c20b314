using NUnit.Framework;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Tests.Loaders.HuggingFace;

public sealed class TensorStoreTests
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void SetUp() => _directory = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    public void TensorsOfAllShardsAreOneStore()
    {
        _directory.WriteShard("one.safetensors", "a", "b");
        _directory.WriteShard("two.safetensors", "x", "y", "c");
        _directory.WriteIndex(("a", "one.safetensors"), ("b", "one.safetensors"), ("c", "two.safetensors"), ("x", "two.safetensors"));

        using TensorStore store = TensorStore.Open(_directory.Path);

        // y is not in the index, but in a shard that is: transformers loads it, so it is there.
        Assert.That(store.Names, Is.EquivalentTo(new[] { "a", "b", "c", "x", "y" }));
        Assert.That(store.Get("b").Read(0, 1)[0], Is.EqualTo(1));
        Assert.That(store.Get("c").Read(0, 1)[0], Is.EqualTo(2));
        Assert.That(store.Get("c").FilePath, Is.EqualTo(_directory["two.safetensors"]));
        Assert.That(store.Files, Is.EqualTo(new[] { _directory["one.safetensors"], _directory["two.safetensors"] }));
    }

    [Test]
    public void SingleFileComesBeforeAnIndex()
    {
        _directory.WriteShard("model.safetensors", "single");
        _directory.WriteIndex(("a", "absent.safetensors"));

        using TensorStore store = TensorStore.Open(_directory.Path);
        Assert.That(store.Names, Is.EqualTo(new[] { "single" }));
    }

    [Test]
    public void MissingShardIsNamed()
    {
        _directory.WriteShard("one.safetensors", "a");
        _directory.WriteIndex(("a", "one.safetensors"), ("b", "two.safetensors"));

        Assert.That(Refused(CheckpointError.MissingShard).Message, Does.Contain("two.safetensors").And.Contain("Finish the download"));
    }

    [Test]
    public void TensorInNoShardIsNamed()
    {
        _directory.WriteShard("one.safetensors", "a");
        _directory.WriteIndex(("a", "one.safetensors"), ("b", "one.safetensors"));

        Assert.That(Refused(CheckpointError.TensorInNoShard).TensorName, Is.EqualTo("b"));
    }

    [Test]
    public void TensorInAnotherShardThanTheIndexSaysIsNamedWithBoth()
    {
        _directory.WriteShard("one.safetensors", "a", "b");
        _directory.WriteShard("two.safetensors", "c");
        _directory.WriteIndex(("a", "one.safetensors"), ("b", "two.safetensors"), ("c", "two.safetensors"));

        CheckpointException e = Refused(CheckpointError.TensorInWrongShard);
        Assert.That(e.TensorName, Is.EqualTo("b"));
        Assert.That(e.Message, Does.Contain("one.safetensors").And.Contain("two.safetensors"));
    }

    [Test]
    public void TensorInTwoShardsIsRefused()
    {
        _directory.WriteShard("one.safetensors", "a", "b");
        _directory.WriteShard("two.safetensors", "b", "c");
        _directory.WriteIndex(("a", "one.safetensors"), ("b", "one.safetensors"), ("c", "two.safetensors"));

        Assert.That(Refused(CheckpointError.DuplicateTensor).TensorName, Is.EqualTo("b"));
    }

    [TestCase("../outside.safetensors")]
    [TestCase("sub/inside.safetensors")]
    [TestCase("/etc/passwd")]
    [TestCase("..\\outside.safetensors")]
    [TestCase("C:outside.safetensors")]
    [TestCase("..")]
    [TestCase(".")]
    [TestCase("")]
    [TestCase("a\0b")]
    public void ShardThatIsNoPlainFileNameIsRefusedWithoutBeingTouched(string shard)
    {
        _directory.WriteIndex(("a", shard));

        Assert.That(Refused(CheckpointError.UnsafeShardName).TensorName, Is.EqualTo("a"));
    }

    [TestCase("")]
    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("{\"weight_map\":{}}")]
    [TestCase("{\"weight_map\":[]}")]
    [TestCase("{\"weight_map\":{\"a\":1}}")]
    [TestCase("{\"weight_map\":{\"a\":null}}")]
    [TestCase("{\"weight_map\":{\"a\":\"\\ud800\"}}")]
    [TestCase("{\"weight_map\":{\"\\ud800\":\"x\"}}")]
    [TestCase("{\"weight_map\":{\"a\":\"x\",\"a\":\"y\"}}")]
    [TestCase("{\"weight_map\":{\"a\":\"x\",\"\\u0061\":\"y\"}}")]
    [TestCase("{\"weight_map\":{\"a\":\"x\"},\"weight_map\":{\"a\":\"y\"}}")]
    public void IndexThatSaysNothingUsableIsRefused(string json)
    {
        File.WriteAllText(_directory[ShardIndex.FileName], json);

        Assert.That(Refused(CheckpointError.InvalidIndex).FilePath, Is.EqualTo(_directory[ShardIndex.FileName]));
    }

    [TestCase(null, "Finish the download")]
    [TestCase("pytorch_model.bin", "convert")]
    [TestCase("model.gguf", "convert")]
    public void DirectoryWithoutWeightsSaysWhatToDo(string? otherFile, string advice)
    {
        if (otherFile is not null)
        {
            File.WriteAllText(_directory[otherFile], "x");
        }

        Assert.That(Refused(CheckpointError.NoWeights).Message, Does.Contain(advice));
    }

    [Test]
    public void AbsentDirectoryIsATypedErrorWithoutAHint()
        => Assert.That(
            Assert.Throws<CheckpointException>(() => TensorStore.Open(_directory["absent"]))!.Error, Is.EqualTo(CheckpointError.NoWeights));

    [Test]
    public void DamagedShardIsNamedAndTheOthersAreClosed()
    {
        _directory.WriteShard("one.safetensors", "a");
        File.WriteAllBytes(_directory["two.safetensors"], new byte[3]);
        _directory.WriteIndex(("a", "one.safetensors"), ("b", "two.safetensors"));

        SafetensorsFormatException e = Assert.Throws<SafetensorsFormatException>(() => TensorStore.Open(_directory.Path))!;
        Assert.That(e.FilePath, Is.EqualTo(_directory["two.safetensors"]));
    }

    [Test]
    public void MissingTensorIsNamedWithItsNearestNeighbours()
    {
        _directory.WriteShard("model.safetensors", "model.layers.0.self_attn.q_proj.weight", "model.layers.0.self_attn.k_proj.weight", "lm_head.weight");
        using TensorStore store = TensorStore.Open(_directory.Path);

        CheckpointException e = Assert.Throws<CheckpointException>(() => store.Get("model.layers.0.self_attn.q_proj.bias"))!;
        Assert.That((e.Error, e.TensorName, e.FilePath), Is.EqualTo((CheckpointError.MissingTensor, "model.layers.0.self_attn.q_proj.bias", _directory.Path)));
        Assert.That(e.Message, Does.Contain("are: model.layers.0.self_attn.q_proj.weight, model.layers.0.self_attn.k_proj.weight.").And.Not.Contain("lm_head"));
    }

    [Test]
    public void NothingIsReadAfterDispose()
    {
        _directory.WriteShard("model.safetensors", "a");
        TensorStore store = TensorStore.Open(_directory.Path);
        CheckpointTensor tensor = store.Get("a");
        store.Dispose();

        Assert.Throws<ObjectDisposedException>(() => tensor.Read(0, 1));
    }

    private CheckpointException Refused(CheckpointError error)
    {
        CheckpointException e = Assert.Throws<CheckpointException>(() => TensorStore.Open(_directory.Path))!;
        Assert.That(e.Error, Is.EqualTo(error), e.Message);
        return e;
    }
}
