using System.Text;
using NUnit.Framework;
using SpecExecNative.Loaders;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Quantization;
using SpecExecNative.Loaders.Safetensors;
using SpecExecNative.Tests.Loaders.HuggingFace;

namespace SpecExecNative.Tests.Loaders.Quantization;

public sealed class QuantizedCheckpointTests
{
    private const string Gate = "model.layers.1.mlp.gate_proj";
    private const string Key = "model.layers.1.self_attn.k_proj";
    private static readonly string[] Formats = ["gptq", "awq", "compressed"];

    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void SetUp() => _directory = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [TestCaseSource(nameof(Formats))]
    public void WholeCheckpointOpensAndEveryMatrixIsRead(string format)
    {
        var written = new QuantizedCheckpoint(format);
        written.Write(_directory);

        using Checkpoint checkpoint = Checkpoint.Open(_directory.Path);
        Assert.That(checkpoint.UnusedTensors, Is.Empty);
        Assert.That((checkpoint.Config.Quantization!.Bits, checkpoint.Config.Quantization.GroupSize), Is.EqualTo((4, 8)));
        Assert.That(new[] { "lm_head.weight", "model.embed_tokens.weight", "model.norm.weight", "nonsense" }.Select(checkpoint.Int4), Is.All.Null);
        foreach ((string module, LogicalMatrix matrix) in written.Matrices)
        {
            Int4Source source = checkpoint.Int4($"{module}.weight")!;
            Assert.That((source.WeightName, source.Rows, source.Columns, source.GroupSize, source.Groups), Is.EqualTo(($"{module}.weight", matrix.Rows, matrix.Columns, 8, matrix.Groups)));
            Assert.That(source.ReadOrder(), Is.EqualTo(matrix.Order()));
            byte[] rows = new byte[source.RowBytes * source.Rows];
            source.Read().CopyRows(0, source.Rows, rows);
            Assert.That(rows, Is.EqualTo(matrix.Encoded()), module);
        }
    }

    [TestCase("gptq", "quantize_config.json", """{"bits":4,"group_size":8,"desc_act":true,"sym":false}""")]
    [TestCase("awq", "quant_config.json", """{"w_bit":4,"q_group_size":8,"zero_point":true,"version":"GEMM"}""")]
    public void OlderCheckpointsHaveAFileOfTheirOwn(string format, string fileName, string json)
    {
        var written = new QuantizedCheckpoint(format) { Quantization = null };
        written.Write(_directory);
        Assert.That(Refused(CheckpointError.MissingTensor).TensorName, Does.EndWith(".weight"));

        File.WriteAllText(_directory[fileName], json);
        using (Checkpoint checkpoint = Checkpoint.Open(_directory.Path))
        {
            Assert.That(checkpoint.Int4($"{Gate}.weight")!.Read().Groups, Is.EqualTo(2));
        }

        File.WriteAllText(_directory[fileName], json.Replace(":4", ":3"));
        ModelConfigException e = Assert.Throws<ModelConfigException>(() => Checkpoint.Open(_directory.Path))!;
        Assert.That((e.FilePath, e.Value), Is.EqualTo((_directory[fileName], "3")));
    }

    [Test]
    public void DenseCheckpointIsAsBefore()
    {
        var written = new QuantizedCheckpoint("awq") { Quantization = null };
        foreach (string module in written.Matrices.Keys)
        {
            written.MakeDense(module);
        }

        written.Write(_directory);
        using Checkpoint checkpoint = Checkpoint.Open(_directory.Path);
        Assert.That((checkpoint.Config.Quantization, checkpoint.Int4($"{Gate}.weight")), Is.EqualTo(((QuantizationConfig?)null, (Int4Source?)null)));
    }

    [Test]
    public void HeadMayBe4BitToo([Values("gptq", "compressed")] string format)
    {
        var written = new QuantizedCheckpoint(format);
        written.Quantization = format == "gptq" ? written.Quantization!.With("lm_head", "true") : written.Quantization!.With("ignore", "[]");
        LogicalMatrix head = LogicalMatrix.Random(1, 16, 16, 8, actOrder: true);
        written.Tensors.Remove("lm_head.weight");
        foreach ((string part, StoredTensor tensor) in format == "gptq" ? Packing.Gptq(head, 1) : Packing.Compressed(head))
        {
            written.Tensors[$"lm_head.{part}"] = tensor;
        }

        written.Write(_directory);
        using Checkpoint checkpoint = Checkpoint.Open(_directory.Path);
        Assert.That(checkpoint.Int4("lm_head.weight")!.Read().Order, Is.EqualTo(head.Order()));
        Assert.That(checkpoint.UnusedTensors, Is.Empty);
    }

    [TestCase("gptq", "dynamic", """{"-:.*\\.mlp\\.gate_proj":{}}""")]
    [TestCase("awq", "modules_to_not_convert", """["gate_proj"]""")]
    [TestCase("compressed", "ignore", """["lm_head","re:.*gate_proj$"]""")]
    [TestCase("compressed", "ignore", """["lm_head","model.layers.0.mlp.gate_proj","model.layers.1.mlp.gate_proj"]""")]
    public void ExemptModulesAreDense(string format, string field, string value)
    {
        var written = new QuantizedCheckpoint(format);
        written.Quantization = written.Quantization!.With(field, value);
        written.MakeDense("model.layers.0.mlp.gate_proj");
        written.MakeDense(Gate);
        written.Write(_directory);

        using Checkpoint checkpoint = Checkpoint.Open(_directory.Path);
        Assert.That(checkpoint.Int4($"{Gate}.weight"), Is.Null);
        Assert.That(checkpoint.Int4("model.layers.1.mlp.up_proj.weight"), Is.Not.Null);
    }

    [TestCase("gptq", "dynamic", """{"-:.*1\\.mlp\\.gate_proj":{}}""", Gate)]
    [TestCase("awq", "modules_to_not_convert", """["layers.1.self_attn.k_proj"]""", Key)]
    [TestCase("compressed", "ignore", """["lm_head","model.layers.1.self_attn.k_proj"]""", Key)]
    public void WhatIsLaidOutAlikeMustBe4BitAlike(string format, string field, string value, string module)
    {
        var written = new QuantizedCheckpoint(format);
        written.Quantization = written.Quantization!.With(field, value);
        written.MakeDense(module);
        written.Write(_directory);

        CheckpointException e = Refused(CheckpointError.MixedTypes);
        Assert.That(e.TensorName, Is.EqualTo($"{module}.weight"));
        Assert.That(e.Message, Does.Contain("F16").And.Contain("4-bit in groups of 8"));
    }

    [TestCaseSource(nameof(Formats))]
    public void DenseModuleThatIsNotExemptIsATypedError(string format)
    {
        var written = new QuantizedCheckpoint(format);
        written.MakeDense(Gate);
        written.Write(_directory);

        CheckpointException e = Refused(CheckpointError.MissingTensor);
        Assert.That(e.TensorName, Does.StartWith($"{Gate}."));
        Assert.That(e.Message, Does.Contain($"'{Gate}.weight'").And.Contain("exempt"));
    }

    [Test]
    public void ExemptModuleThatIs4BitIsATypedError()
    {
        var written = new QuantizedCheckpoint("awq");
        written.Quantization = written.Quantization!.With("modules_to_not_convert", """["gate_proj"]""");
        written.Write(_directory);

        Assert.That(Refused(CheckpointError.MissingTensor).TensorName, Is.EqualTo("model.layers.0.mlp.gate_proj.weight"));
    }

    /// <summary>Every part of every format: left out, of another type, of another shape.</summary>
    [Test]
    public void EveryPartIsRequiredAndChecked(
        [Values("gptq qweight", "gptq qzeros", "gptq scales", "gptq g_idx", "awq qweight", "awq qzeros", "awq scales",
            "compressed weight_packed", "compressed weight_scale", "compressed weight_zero_point", "compressed weight_shape", "compressed weight_g_idx")] string which,
        [Values(CheckpointError.MissingTensor, CheckpointError.UnsupportedType, CheckpointError.WrongShape)] CheckpointError fault)
    {
        string[] words = which.Split(' ');
        string name = $"{Gate}.{words[1]}";
        var written = new QuantizedCheckpoint(words[0]);
        StoredTensor tensor = written.Tensors[name];
        written.Tensors.Remove(name);
        if (fault != CheckpointError.MissingTensor)
        {
            long[] wider = [.. tensor.Shape.Select((d, i) => i == tensor.Shape.Length - 1 ? d + 1 : d)];
            written.Tensors[name] = fault == CheckpointError.WrongShape ? StoredTensor.Of(tensor.Type, wider) : StoredTensor.Of(TensorType.I16, tensor.Shape);
        }

        written.Write(_directory);
        CheckpointException e = Refused(fault);
        Assert.That(e.TensorName, Is.EqualTo(name));
    }

    [TestCase("gptq", "group_size", "16")]
    [TestCase("awq", "group_size", "-1")]
    [TestCase("compressed", "config_groups.group_0.weights.group_size", "4")]
    public void GroupsOfAnotherSizeThanTheConfigSaysAreATypedError(string format, string field, string value)
    {
        var written = new QuantizedCheckpoint(format);
        written.Quantization = written.Quantization!.With(field, value);
        written.Write(_directory);

        Assert.That(Refused(CheckpointError.WrongShape).TensorName, Does.Contain("scale"));
    }

    [TestCase("gptq", "g_idx", 3)]
    [TestCase("gptq", "g_idx", -1)]
    [TestCase("gptq", "g_idx", int.MinValue)]
    [TestCase("compressed", "weight_g_idx", 2)]
    [TestCase("compressed", "weight_g_idx", int.MaxValue)]
    public void GroupThatDoesNotExistIsATypedError(string format, string part, int group)
        => AssertGroupIndexRefused(format, part, [0, 1, 1, 0, 0, 0, 1, 1, 0, 1, 0, 1, 0, 1, 0, group]);

    [TestCase("gptq", "g_idx")]
    [TestCase("compressed", "weight_g_idx")]
    public void GroupsOfUnequalSizeAreATypedError(string format, string part)
        => AssertGroupIndexRefused(format, part, [0, 1, 1, 0, 0, 0, 1, 1, 0, 1, 0, 1, 0, 1, 0, 0]);

    [Test]
    public void ShapeThatContradictsTheConfigIsATypedError()
    {
        var written = new QuantizedCheckpoint("compressed");
        written.Tensors[$"{Gate}.weight_shape"] = StoredTensor.Longs(16, 24);
        written.Write(_directory);

        CheckpointException e = Refused(CheckpointError.WrongShape);
        Assert.That(e.TensorName, Is.EqualTo($"{Gate}.weight_shape"));
        Assert.That(e.Message, Does.Contain("[16, 24]").And.Contain("[24, 16]"));
    }

    [TestCase("gptq", "scales")]
    [TestCase("awq", "scales")]
    [TestCase("compressed", "weight_scale")]
    public void ScaleThatIsNoNumberIsATypedErrorOfReading(string format, string part)
    {
        var written = new QuantizedCheckpoint(format);
        string name = $"{Gate}.{part}";
        long[] shape = written.Tensors[name].Shape;
        written.Tensors[name] = StoredTensor.Floats(TensorType.F16, (int)shape[0], (int)shape[1], (i, j) => (i, j) == (1, 1) ? float.NaN : 1);
        written.Write(_directory);

        using Checkpoint checkpoint = Checkpoint.Open(_directory.Path);
        CheckpointException e = Assert.Throws<CheckpointException>(() => checkpoint.Int4($"{Gate}.weight")!.Read())!;
        Assert.That((e.Error, e.TensorName), Is.EqualTo((CheckpointError.InvalidScale, name)));
    }

    [TestCase("gptq", "hidden_size", "20", "qweight")]
    [TestCase("awq", "intermediate_size", "20", "qweight")]
    [TestCase("gptq", "intermediate_size", "20", "qweight")]
    public void SizesThatTheFormatCannotPackAreATypedError(string format, string field, string value, string part)
    {
        new QuantizedCheckpoint(format).Write(_directory);
        string config = File.ReadAllText(_directory["config.json"]).With(field, value);
        File.WriteAllText(_directory["config.json"], config);

        Assert.Throws<CheckpointException>(() => Checkpoint.Open(_directory.Path));
        using TensorStore tensors = TensorStore.Open(_directory.Path);
        (int rows, int columns) = field == "hidden_size" ? (16, 20) : format == "awq" ? (20, 16) : (16, 20);
        CheckpointException e = Assert.Throws<CheckpointException>(() => Int4Source.Open(tensors, $"{Gate}.weight", rows, columns, config.Parse().Quantization!))!;
        Assert.That((e.Error, e.TensorName), Is.EqualTo((CheckpointError.WrongShape, $"{Gate}.{part}")));
    }

    /// <summary>2³¹ bytes of nibbles, which the file system need not store.</summary>
    [Test]
    public void MatrixOfMoreThan2GiBIsATypedErrorBeforeItIsRead()
    {
        const int Size = 1 << 16;
        byte[] header = Encoding.UTF8.GetBytes($$"""
            {"m.qweight":{"dtype":"I32","shape":[{{Size / 8}},{{Size}}],"data_offsets":[0,{{1L << 31}}]},
            "m.scales":{"dtype":"F16","shape":[1,{{Size}}],"data_offsets":[{{1L << 31}},{{(1L << 31) + (2 * Size)}}]} }
            """);
        using (FileStream file = File.Create(_directory["model.safetensors"]))
        {
            file.Write([.. BitConverter.GetBytes((ulong)header.Length), .. header]);
            file.SetLength(8 + header.Length + (1L << 31) + (2 * Size));
        }

        using TensorStore tensors = TensorStore.Open(_directory.Path);
        QuantizationConfig config = SampleConfigs.Smallest.With("quantization_config", QuantizationConfigs.Gptq.With("group_size", "-1")).Parse().Quantization!;
        CheckpointException e = Assert.Throws<CheckpointException>(() => Int4Source.Open(tensors, "m.weight", Size, Size, config))!;
        Assert.That((e.Error, e.TensorName), Is.EqualTo((CheckpointError.MatrixTooLarge, "m.qweight")));
    }

    [Test]
    public void BiasesThatTheModelDoesNotHaveAndOtherLeftoversAreListed()
    {
        var written = new QuantizedCheckpoint("gptq");
        written.Tensors[$"{Gate}.bias"] = StoredTensor.Of(TensorType.F16, 24);
        written.Tensors[$"{Gate}.weight"] = StoredTensor.Of(TensorType.F16, 1);
        written.Write(_directory);

        using Checkpoint checkpoint = Checkpoint.Open(_directory.Path);
        Assert.That(checkpoint.UnusedTensors, Is.EqualTo(new[] { $"{Gate}.bias", $"{Gate}.weight" }));
    }

    /// <summary>Headers and configs bent at random: opens and reads, or is refused as documented.</summary>
    [Test]
    public void DamagedCheckpointIsRefusedWithATypedErrorOrReads()
    {
        const int Inputs = 600;
        Dictionary<string, int> outcomes = [];
        foreach (string format in Formats)
        {
            new QuantizedCheckpoint(format).Write(_directory);
            byte[] weights = File.ReadAllBytes(_directory["model.safetensors"]);
            int headerLength = (int)BitConverter.ToUInt64(weights);
            byte[] config = File.ReadAllBytes(_directory["config.json"]);
            var headers = new Mutator(11, [weights.AsSpan(8, headerLength).ToArray()]);
            var configs = new Mutator(12, [config]);
            Random random = new(13);
            for (int i = 0; i < Inputs; i++)
            {
                byte[] header = i % 3 == 0 ? headers.Next() : weights.AsSpan(8, headerLength).ToArray();
                byte[] data = weights.AsSpan(8 + headerLength).ToArray();
                for (int change = 0; i % 3 == 1 && change < 40; change++)
                {
                    data[random.Next(data.Length)] ^= (byte)(1 << random.Next(8));
                }

                File.WriteAllBytes(_directory["model.safetensors"], [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. data]);
                File.WriteAllBytes(_directory["config.json"], i % 3 == 2 ? configs.Next() : config);
                string outcome = Outcome();
                outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            }
        }

        TestContext.Out.WriteLine(string.Join(", ", outcomes.Select(o => $"{o.Key} {o.Value}")));
        Assert.That(outcomes.Keys, Is.SupersetOf(new[] { "read", nameof(ModelConfigException), nameof(SafetensorsFormatException), nameof(CheckpointError.MissingTensor), nameof(CheckpointError.InvalidGroupIndex) }));
    }

    private string Outcome()
    {
        try
        {
            using Checkpoint checkpoint = Checkpoint.Open(_directory.Path);
            foreach (string name in Enumerable.Range(0, checkpoint.Config.Layers).SelectMany(l => new[] { TensorNames.GateWeight(l), TensorNames.DownWeight(l), TensorNames.KeyWeight(l) }))
            {
                if (checkpoint.Int4(name)?.Read() is { } matrix)
                {
                    float[] row = new float[matrix.Columns];
                    matrix.Dequantize(matrix.Rows - 1, row);
                    Assert.That(row, Is.All.Matches<float>(float.IsFinite));
                }
            }

            return "read";
        }
        catch (CheckpointException e)
        {
            return e.Error.ToString();
        }
        catch (ModelFormatException e)
        {
            return e.GetType().Name;
        }
    }

    private void AssertGroupIndexRefused(string format, string part, int[] groups)
    {
        var written = new QuantizedCheckpoint(format);
        written.Tensors[$"{Gate}.{part}"] = StoredTensor.Integers(groups);
        written.Write(_directory);

        Assert.That(Refused(CheckpointError.InvalidGroupIndex).TensorName, Is.EqualTo($"{Gate}.{part}"));
    }

    private CheckpointException Refused(CheckpointError error)
    {
        CheckpointException e = Assert.Throws<CheckpointException>(() => Checkpoint.Open(_directory.Path))!;
        Assert.That(e.Error, Is.EqualTo(error), e.Message);
        return e;
    }
}
