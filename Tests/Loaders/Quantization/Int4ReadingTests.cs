using NUnit.Framework;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Quantization;
using SpecExecNative.Loaders.Safetensors;
using SpecExecNative.Tests.Loaders.HuggingFace;

namespace SpecExecNative.Tests.Loaders.Quantization;

/// <summary>Every format, packed by encoders of the tests' own, becomes the same rows.</summary>
public sealed class Int4ReadingTests
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void SetUp() => _directory = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    public void Gptq([Values("gptq", "gptq_v2")] string version, [Values(8, 32, 64, 128, -1)] int groupSize, [Values] bool actOrder, [Values] bool symmetric)
    {
        // More rows and words than a tile, and in neither a whole number of tiles.
        foreach ((int rows, int columns) in ((int, int)[])[(136, 168), (8, 8), (264, 256)])
        {
            LogicalMatrix matrix = LogicalMatrix.Random(groupSize + rows, rows, columns, groupSize, actOrder, symmetric);
            string config = QuantizationConfigs.Gptq.With("group_size", $"{groupSize}").With("checkpoint_format", $"\"{version}\"").With("desc_act", actOrder ? "true" : "false");
            AssertReads(matrix, Packing.Gptq(matrix, version == "gptq" ? 1 : 0), config);
        }
    }

    [Test]
    public void GptqWithoutZerosOrGroupIndex([Values(172, 8)] int rows)
    {
        LogicalMatrix matrix = LogicalMatrix.Random(3, rows, 96, 32, symmetric: true);
        Dictionary<string, StoredTensor> parts = Packing.Gptq(matrix, 1);
        parts.Remove("qzeros");
        parts.Remove("g_idx");

        AssertReads(matrix, parts, QuantizationConfigs.Gptq.With("group_size", "32"));
    }

    [Test]
    public void Awq([Values(8, 32, 64, 128, -1)] int groupSize, [Values] bool symmetric)
    {
        foreach ((int rows, int columns) in ((int, int)[])[(136, 172), (8, 9), (264, 256)])
        {
            LogicalMatrix matrix = LogicalMatrix.Random(groupSize + rows, rows, columns, groupSize, symmetric: symmetric);
            Dictionary<string, StoredTensor> parts = Packing.Awq(matrix);
            string config = QuantizationConfigs.Awq.With("group_size", $"{groupSize}");
            AssertReads(matrix, parts, config);
            if (symmetric)
            {
                parts.Remove("qzeros");
                AssertReads(matrix, parts, config.With("zero_point", "false"));
            }
        }
    }

    [Test]
    public void Compressed([Values(8, 32, 64, 128, -1)] int groupSize, [Values] bool actOrder, [Values] bool symmetric)
    {
        foreach ((int rows, int columns) in ((int, int)[])[(172, 172), (3, 5), (1, 1), (264, 256)])
        {
            LogicalMatrix matrix = LogicalMatrix.Random(groupSize + rows, rows, columns, groupSize, actOrder, symmetric);
            string config = CompressedConfig(groupSize)
                .With("config_groups.group_0", $$"""
                    {"targets":["Linear"],"weights":{"num_bits":4,"type":"int","symmetric":{{(symmetric ? "true" : "false")}},
                    "strategy":"{{(groupSize < 0 ? "channel" : "group")}}","group_size":{{(groupSize < 0 ? "null" : groupSize)}},"actorder":{{(actOrder ? "\"group\"" : "null")}} } }
                    """);
            AssertReads(matrix, Packing.Compressed(matrix), config);
        }
    }

    [Test]
    public void CompressedPartsMayBeSpelledOtherwise([Values(TensorType.F16, TensorType.BF16, TensorType.F32)] TensorType scales)
    {
        LogicalMatrix matrix = LogicalMatrix.Random(5, 24, 40, 8, symmetric: true);
        Dictionary<string, StoredTensor> parts = Packing.Compressed(matrix, scales);
        parts.Remove("weight_zero_point");
        parts["weight_shape"] = StoredTensor.Integers(24, 40);
        parts["weight_g_idx"] = StoredTensor.Integers([.. Enumerable.Repeat(-1, 40)]);
        AssertReads(matrix, parts, CompressedConfig(8));

        parts.Remove("weight_g_idx");
        AssertReads(matrix, parts, CompressedConfig(8));
    }

    [Test]
    public void AmbiguousZeroOfGptqsFirstVersionIsReadAs0AndReported([Values] bool present)
    {
        LogicalMatrix matrix = LogicalMatrix.Random(6, 16, 16, 8, symmetric: true);
        matrix.Zeros[9, 1] = present ? 0 : 15;
        string config = QuantizationConfigs.Gptq.With("group_size", "8").With("sym", "false");

        Assert.That(AssertReads(matrix, Packing.Gptq(matrix, 1), config).HasAmbiguousZeros, Is.EqualTo(present));
        Assert.That(AssertReads(matrix, Packing.Gptq(matrix, 0), config.With("checkpoint_format", "\"gptq_v2\"")).HasAmbiguousZeros, Is.False);
    }

    /// <summary>Ties go to the even neighbour; what is below half of the smallest is 0.</summary>
    [TestCase(1 + (1 / 2048f), 1f)]
    [TestCase(1 + (3 / 2048f), 1 + (2 / 1024f))]
    [TestCase(65519f, 65504f)]
    [TestCase(1e-9f, 0f)]
    public void WiderScaleIsRoundedToTheNearest(float stored, float expected)
    {
        LogicalMatrix matrix = LogicalMatrix.Random(7, 2, 8, 8, symmetric: true);
        Dictionary<string, StoredTensor> parts = Packing.Compressed(matrix);
        parts["weight_scale"] = StoredTensor.Floats(TensorType.F32, 2, 1, (_, _) => stored);
        float[] row = new float[8];
        Read(matrix, parts, CompressedConfig(8)).Dequantize(1, row);

        Assert.That(row, Is.EqualTo(Enumerable.Range(0, 8).Select(k => (matrix.Nibbles[1, k] - 8) * expected)));
    }

    [TestCase(65520f)]
    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    [TestCase(float.NegativeInfinity)]
    public void ScaleThatBinary16CannotHoldIsATypedError(float scale)
    {
        LogicalMatrix matrix = LogicalMatrix.Random(8, 16, 16, 8, symmetric: true);
        Dictionary<string, StoredTensor> parts = Packing.Compressed(matrix);
        parts["weight_scale"] = StoredTensor.Floats(TensorType.F32, 16, 2, (n, g) => (n, g) == (11, 1) ? scale : 1);

        CheckpointException e = Assert.Throws<CheckpointException>(() => Read(matrix, parts, CompressedConfig(8)))!;
        Assert.That((e.Error, e.TensorName), Is.EqualTo((CheckpointError.InvalidScale, "m.weight_scale")));
        Assert.That(e.Message, Does.Contain("group 1 of output 11"));
    }

    private static string CompressedConfig(int groupSize)
        => QuantizationConfigs.Compressed.With("ignore", null).With(
            "config_groups", $$"""{"group_0":{"targets":["Linear"],"weights":{"num_bits":4,"type":"int","symmetric":true,"strategy":"group","group_size":{{groupSize}} } } }""");

    private Int4Matrix AssertReads(LogicalMatrix matrix, Dictionary<string, StoredTensor> parts, string config)
    {
        Int4Matrix read = Read(matrix, parts, config);
        Assert.That((read.Rows, read.Columns, read.GroupSize, read.Groups), Is.EqualTo((matrix.Rows, matrix.Columns, matrix.GroupSize, matrix.Groups)));
        Assert.That(read.Order, Is.EqualTo(matrix.Order()));
        byte[] expected = matrix.Encoded();
        byte[] rows = new byte[expected.Length];
        Assert.That(read.RowBytes * matrix.Rows, Is.EqualTo(expected.Length));
        read.CopyRows(0, matrix.Rows, rows);
        Assert.That(rows.AsSpan().SequenceEqual(expected), Is.True, "encoded rows");

        float[] weights = new float[matrix.Columns];
        for (int n = 0; n < matrix.Rows; n++)
        {
            read.Dequantize(n, weights);
            for (int k = 0; k < weights.Length; k++)
            {
                if (weights[k] != matrix.Weight(n, k))
                {
                    Assert.Fail($"W[{n},{k}] is {matrix.Weight(n, k)}, not {weights[k]}");
                }
            }
        }

        Assert.That(read.IsSymmetric, Is.EqualTo(matrix.Zeros.Cast<int>().All(z => z == 8)));
        return read;
    }

    private Int4Matrix Read(LogicalMatrix matrix, Dictionary<string, StoredTensor> parts, string config)
    {
        var writer = new SafetensorsWriter();
        foreach ((string part, StoredTensor tensor) in parts)
        {
            writer.Add($"m.{part}", tensor.Type, tensor.Shape, tensor.Bytes);
        }

        writer.Save(_directory["model.safetensors"]);
        using TensorStore tensors = TensorStore.Open(_directory.Path);
        QuantizationConfig quantization = SampleConfigs.Smallest.With("quantization_config", config).Parse().Quantization!;
        var source = Int4Source.Open(tensors, "m.weight", matrix.Rows, matrix.Columns, quantization);
        Assert.That((source.Rows, source.Columns, source.GroupSize, source.IsReordered), Is.EqualTo((matrix.Rows, matrix.Columns, matrix.GroupSize, matrix.Order() is not null)));
        return source.Read();
    }
}
