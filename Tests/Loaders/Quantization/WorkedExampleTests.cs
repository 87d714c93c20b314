using System.Globalization;
using System.Text.Json;
using NUnit.Framework;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Quantization;
using SpecExecNative.Loaders.Safetensors;
using SpecExecNative.Tests.Loaders.HuggingFace;

namespace SpecExecNative.Tests.Loaders.Quantization;

/// <summary>Examples that were worked out in another language from the sources of the formats' makers.</summary>
public sealed class WorkedExampleTests
{
    private const int Outputs = 8;
    private const int Inputs = 16;

    private TemporaryDirectory _directory = null!;
    private JsonElement _examples;

    [SetUp]
    public void SetUp()
    {
        _directory = new TemporaryDirectory();
        _examples = JsonElement.Parse(File.ReadAllText(TestData.Shared("fixtures/quant/examples.json")));
    }

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [TestCase("gptq", "qzeros_v1_hex", "g_idx_seq", "W_nk_seq")]
    [TestCase("gptq", "qzeros_v1_hex", "g_idx_act", "W_nk_act")]
    [TestCase("gptq_v2", "qzeros_v2_hex", "g_idx_seq", "W_nk_seq")]
    [TestCase("gptq_v2", "qzeros_v2_hex", "g_idx_act", "W_nk_act")]
    public void Gptq(string format, string zeros, string groupIndex, string expected)
    {
        JsonElement example = _examples.GetProperty("gptq");
        AssertReads(
            QuantizationConfigs.Gptq.With("group_size", "8").With("checkpoint_format", $"\"{format}\"").With("sym", "false"),
            new()
            {
                ["qweight"] = Words(example.GetProperty("qweight_hex")),
                ["qzeros"] = Words(example.GetProperty(zeros)),
                ["scales"] = ScalesByGroup(),
                ["g_idx"] = StoredTensor.Integers([.. example.GetProperty(groupIndex).EnumerateArray().Select(g => g.GetInt32())]),
            },
            example.GetProperty(expected));
    }

    [Test]
    public void Awq()
    {
        JsonElement example = _examples.GetProperty("awq_gemm");
        AssertReads(
            QuantizationConfigs.Awq.With("group_size", "8"),
            new()
            {
                ["qweight"] = Words(example.GetProperty("qweight_hex")),
                ["qzeros"] = Words(example.GetProperty("qzeros_hex")),
                ["scales"] = ScalesByGroup(),
            },
            example.GetProperty("W_nk"));
    }

    [TestCase(true, "W_nk_symmetric(zp=0)")]
    [TestCase(false, "W_nk_asymmetric")]
    public void Compressed(bool symmetric, string expected)
    {
        JsonElement example = _examples.GetProperty("compressed_tensors");
        float[][] scales = Numbers(example.GetProperty("weight_scale_ng"));
        AssertReads(
            QuantizationConfigs.Compressed.With(
                "config_groups.group_0",
                $$"""{"targets":["Linear"],"weights":{"num_bits":4,"symmetric":{{(symmetric ? "true" : "false")}},"strategy":"group","group_size":8} }"""),
            new()
            {
                ["weight_packed"] = Words(example.GetProperty("weight_packed_hex")),
                ["weight_zero_point"] = Words(example.GetProperty("weight_zero_point_hex")),
                ["weight_scale"] = StoredTensor.Floats(TensorType.BF16, Outputs, 2, (n, g) => scales[n][g]),
                ["weight_shape"] = StoredTensor.Longs(Outputs, Inputs),
            },
            example.GetProperty(expected));
    }

    /// <summary>Of three readings that public kernels have, the one that most have; the neighbours are not touched.</summary>
    [Test]
    public void StoredNibble15OfGptqsFirstVersion()
    {
        JsonElement example = _examples.GetProperty("gptq_v1_stored_nibble_15");
        int zero = example.GetProperty("(n+1)&15 (AutoGPTQ cuda_old, exllama v1, cuda_256)").GetInt32();
        float[][] scales = Numbers(_examples.GetProperty("s_gn"));
        Int4Matrix matrix = Read(
            QuantizationConfigs.Gptq.With("group_size", "-1"),
            new()
            {
                ["qweight"] = StoredTensor.Words(2, Outputs, (_, _) => 0x99999999),
                ["qzeros"] = StoredTensor.Words(1, 1, (_, _) => 0x0000000F),
                ["scales"] = StoredTensor.Floats(TensorType.F16, 1, Outputs, (_, n) => scales[0][n]),
            });
        float[] row = new float[Inputs];
        for (int n = 0; n < Outputs; n++)
        {
            matrix.Dequantize(n, row);
            Assert.That(row, Is.All.EqualTo((9 - (n == 0 ? zero : 1)) * scales[0][n]));
        }

        Assert.That(matrix.HasAmbiguousZeros, Is.True);
    }

    private StoredTensor ScalesByGroup()
    {
        float[][] scales = Numbers(_examples.GetProperty("s_gn"));
        return StoredTensor.Floats(TensorType.F16, 2, Outputs, (g, n) => scales[g][n]);
    }

    private static float[][] Numbers(JsonElement rows) => [.. rows.EnumerateArray().Select(r => r.EnumerateArray().Select(v => v.GetSingle()).ToArray())];

    private static StoredTensor Words(JsonElement hex)
    {
        uint[][] words = [.. hex.EnumerateArray().Select(r => r.EnumerateArray().Select(w => uint.Parse(w.GetString()!, NumberStyles.HexNumber)).ToArray())];
        return StoredTensor.Words(words.Length, words[0].Length, (r, c) => words[r][c]);
    }

    private void AssertReads(string config, Dictionary<string, StoredTensor> parts, JsonElement expected)
    {
        Int4Matrix matrix = Read(config, parts);
        float[] row = new float[Inputs];
        float[][] rows = Numbers(expected);
        for (int n = 0; n < Outputs; n++)
        {
            matrix.Dequantize(n, row);
            Assert.That(row, Is.EqualTo(rows[n]), $"output {n}");
        }
    }

    private Int4Matrix Read(string config, Dictionary<string, StoredTensor> parts)
    {
        var writer = new SafetensorsWriter();
        foreach ((string part, StoredTensor tensor) in parts)
        {
            writer.Add($"m.{part}", tensor.Type, tensor.Shape, tensor.Bytes);
        }

        writer.Save(_directory["model.safetensors"]);
        using TensorStore tensors = TensorStore.Open(_directory.Path);
        QuantizationConfig quantization = SampleConfigs.Smallest.With("quantization_config", config).Parse().Quantization!;
        return Int4Source.Open(tensors, "m.weight", Outputs, Inputs, quantization).Read();
    }
}
