using NUnit.Framework;
using SpecExecNative.Loaders;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Tests.Loaders.HuggingFace;

/// <summary>Config and weights are held against each other.</summary>
public sealed class CheckpointTests
{
    /// <summary><see cref="SampleConfigs.Smallest"/>'s: V 10, D 8, F 6, L 2, H = G = 2, h 4.</summary>
    private static readonly Dictionary<string, long[]> Shapes = new()
    {
        ["model.embed_tokens.weight"] = [10, 8],
        ["model.layers.0.input_layernorm.weight"] = [8],
        ["model.layers.0.self_attn.q_proj.weight"] = [8, 8],
        ["model.layers.0.self_attn.k_proj.weight"] = [8, 8],
        ["model.layers.0.self_attn.v_proj.weight"] = [8, 8],
        ["model.layers.0.self_attn.o_proj.weight"] = [8, 8],
        ["model.layers.0.post_attention_layernorm.weight"] = [8],
        ["model.layers.0.mlp.gate_proj.weight"] = [6, 8],
        ["model.layers.0.mlp.up_proj.weight"] = [6, 8],
        ["model.layers.0.mlp.down_proj.weight"] = [8, 6],
        ["model.layers.1.input_layernorm.weight"] = [8],
        ["model.layers.1.self_attn.q_proj.weight"] = [8, 8],
        ["model.layers.1.self_attn.k_proj.weight"] = [8, 8],
        ["model.layers.1.self_attn.v_proj.weight"] = [8, 8],
        ["model.layers.1.self_attn.o_proj.weight"] = [8, 8],
        ["model.layers.1.post_attention_layernorm.weight"] = [8],
        ["model.layers.1.mlp.gate_proj.weight"] = [6, 8],
        ["model.layers.1.mlp.up_proj.weight"] = [6, 8],
        ["model.layers.1.mlp.down_proj.weight"] = [8, 6],
        ["model.norm.weight"] = [8],
        ["lm_head.weight"] = [10, 8],
    };

    private static readonly string[] Names = [.. Shapes.Keys];

    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void SetUp() => _directory = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    public void WholeCheckpointOpensWithItsDefaults()
    {
        Write(SampleConfigs.Smallest, Shapes);
        File.WriteAllText(_directory["generation_config.json"], """{"eos_token_id":[3,4],"temperature":0.5}""");

        using Checkpoint checkpoint = Checkpoint.Open(_directory.Path);
        Assert.That(checkpoint.Directory, Is.EqualTo(_directory.Path));
        Assert.That(checkpoint.Config.EosTokenIds, Is.EqualTo(new[] { 3, 4 }));
        Assert.That(checkpoint.Generation.Temperature, Is.EqualTo(0.5));
        Assert.That(checkpoint.UnusedTensors, Is.Empty);
    }

    [TestCaseSource(nameof(Names))]
    public void EveryTensorIsRequired(string name)
    {
        Write(SampleConfigs.Smallest, Shapes.Where(s => s.Key != name));

        Assert.That(Refused(CheckpointError.MissingTensor).TensorName, Is.EqualTo(name));
    }

    [TestCaseSource(nameof(Names))]
    public void EveryTensorsShapeIsChecked(string name)
    {
        long[] wrong = [.. Shapes[name].Reverse().Select((d, i) => i == 0 ? d + 1 : d)];
        Write(SampleConfigs.Smallest, Shapes.Select(s => s.Key == name ? KeyValuePair.Create(name, wrong) : s));

        CheckpointException e = Refused(CheckpointError.WrongShape);
        Assert.That((e.TensorName, e.FilePath), Is.EqualTo((name, _directory["model.safetensors"])));
        Assert.That(e.Message, Does.Contain($"[{string.Join(", ", wrong)}]").And.Contain($"[{string.Join(", ", Shapes[name])}]"));
    }

    [Test]
    public void ShapeOfAnotherRankIsRefused()
    {
        Write(SampleConfigs.Smallest, Shapes.Select(s => s.Key == "model.norm.weight" ? KeyValuePair.Create(s.Key, new long[] { 1, 8 }) : s));

        Assert.That(Refused(CheckpointError.WrongShape).TensorName, Is.EqualTo("model.norm.weight"));
    }

    [Test]
    public void OnlyFloatsThatTheEngineComputesWithAreAllowed([Values] TensorType type)
    {
        Write(SampleConfigs.Smallest, Shapes, type);
        if (type is TensorType.F32 or TensorType.F16 or TensorType.BF16)
        {
            Assert.DoesNotThrow(() => Checkpoint.Open(_directory.Path).Dispose());
        }
        else
        {
            Assert.That(Refused(CheckpointError.UnsupportedType).Message, Does.Contain($" {type.Spelling()};"));
        }
    }

    [TestCase("model.layers.1.self_attn.k_proj.weight", "model.layers.1.self_attn.q_proj.weight")]
    [TestCase("model.layers.0.self_attn.v_proj.weight", "model.layers.0.self_attn.q_proj.weight")]
    public void QueryKeyAndValueMustBeOfOneType(string odd, string other) => AssertMixed(odd, other);

    [TestCase("self_attn.o_proj.weight")]
    [TestCase("mlp.gate_proj.weight")]
    [TestCase("mlp.up_proj.weight")]
    [TestCase("mlp.down_proj.weight")]
    public void EveryLayerMustHaveTheTypesOfLayer0(string matrix) => AssertMixed($"model.layers.1.{matrix}", $"model.layers.0.{matrix}");

    [Test]
    public void WholeLayerOfAnotherTypeThanLayer0IsRefused()
    {
        Write(SampleConfigs.Smallest, Shapes, typeOf: name => name.StartsWith("model.layers.1.", StringComparison.Ordinal) ? TensorType.F16 : TensorType.F32);

        Assert.That(Refused(CheckpointError.MixedTypes).TensorName, Is.EqualTo("model.layers.1.self_attn.q_proj.weight"));
    }

    [TestCase("model.embed_tokens.weight")]
    [TestCase("lm_head.weight")]
    [TestCase("model.norm.weight")]
    [TestCase("model.layers.1.input_layernorm.weight")]
    public void WhatIsLaidOutAloneMayBeOfAnotherType(string name)
    {
        Write(SampleConfigs.Smallest, Shapes, typeOf: n => n == name ? TensorType.BF16 : TensorType.F16);

        Assert.DoesNotThrow(() => Checkpoint.Open(_directory.Path).Dispose());
    }

    [Test]
    public void KindsOfMatricesMayDifferInTypeIfAllLayersAgree()
    {
        Write(SampleConfigs.Smallest, Shapes, typeOf: name => name.EndsWith("down_proj.weight", StringComparison.Ordinal) ? TensorType.F32 : TensorType.F16);

        Assert.DoesNotThrow(() => Checkpoint.Open(_directory.Path).Dispose());
    }

    [Test]
    public void HeadOfATiedModelMayBeThereAndIsUnused([Values] bool present)
    {
        Write(SampleConfigs.Smallest.With("tie_word_embeddings", "true"), Shapes.Where(s => present || s.Key != "lm_head.weight"));

        using Checkpoint checkpoint = Checkpoint.Open(_directory.Path);
        Assert.That(checkpoint.UnusedTensors, Is.EqualTo(present ? ["lm_head.weight"] : Array.Empty<string>()));
    }

    [Test]
    public void TensorsWithoutUseAreListed()
    {
        Write(SampleConfigs.Smallest, Shapes.Append(new("z", [1])).Append(new("model.layers.0.self_attn.rotary_emb.inv_freq", [2])));

        using Checkpoint checkpoint = Checkpoint.Open(_directory.Path);
        Assert.That(checkpoint.UnusedTensors, Is.EqualTo(new[] { "model.layers.0.self_attn.rotary_emb.inv_freq", "z" }));
    }

    [TestCase("attention_bias", "true", "model.layers.0.self_attn.q_proj.bias")]
    [TestCase("model_type", "\"qwen2\"", "model.layers.0.self_attn.q_proj.bias")]
    [TestCase("num_hidden_layers", "3", "model.layers.2.input_layernorm.weight")]
    public void TensorsThatTheConfigAsksForAreRequired(string field, string value, string missing)
    {
        Write(SampleConfigs.Smallest.With("num_key_value_heads", "2").With(field, value), Shapes);

        Assert.That(Refused(CheckpointError.MissingTensor).TensorName, Is.EqualTo(missing));
    }

    [Test]
    public void DirectoryWithoutConfigIsATypedError()
        => Assert.That(
            Assert.Throws<ModelConfigException>(() => Checkpoint.Open(_directory.Path))!.FilePath, Is.EqualTo(_directory["config.json"]));

    [Test]
    public void EveryRefusalIsAModelFormatException()
        => Assert.That(
            new[] { typeof(ModelConfigException), typeof(CheckpointException), typeof(ModelNotFoundException), typeof(SafetensorsFormatException) },
            Is.All.Matches<Type>(t => t!.IsSubclassOf(typeof(ModelFormatException))));

    private void AssertMixed(string odd, string other)
    {
        Write(SampleConfigs.Smallest, Shapes, typeOf: name => name == odd ? TensorType.BF16 : TensorType.F16);

        CheckpointException e = Refused(CheckpointError.MixedTypes);
        Assert.That((e.TensorName, e.FilePath), Is.EqualTo((odd, _directory["model.safetensors"])));
        Assert.That(e.Message, Does.Contain("BF16").And.Contain($"'{other}'").And.Contain(" F16.").And.Contain("Convert the checkpoint to one type"));
    }

    private void Write(string config, IEnumerable<KeyValuePair<string, long[]>> shapes, TensorType type)
        => Write(config, shapes, _ => type);

    private void Write(string config, IEnumerable<KeyValuePair<string, long[]>> shapes, Func<string, TensorType>? typeOf = null)
    {
        File.WriteAllText(_directory["config.json"], config);
        var writer = new SafetensorsWriter();
        foreach ((string name, long[] shape) in shapes)
        {
            TensorType type = typeOf?.Invoke(name) ?? TensorType.F32;
            writer.Add(name, type, shape, new byte[shape.Aggregate(1L, (a, b) => a * b) * type.Bits() / 8]);
        }

        writer.Save(_directory["model.safetensors"]);
    }

    private CheckpointException Refused(CheckpointError error)
    {
        CheckpointException e = Assert.Throws<CheckpointException>(() => Checkpoint.Open(_directory.Path))!;
        Assert.That(e.Error, Is.EqualTo(error), e.Message);
        return e;
    }
}
