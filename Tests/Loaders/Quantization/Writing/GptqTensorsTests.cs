using NUnit.Framework;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Quantization;
using SpecExecNative.Loaders.Quantization.Writing;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Tests.Loaders.Quantization.Writing;

public sealed class GptqTensorsTests
{
    [TestCase(8, 8, 8, false)]
    [TestCase(24, 40, 16, false)]
    [TestCase(16, 64, 32, true)]
    [TestCase(32, 96, -1, false)]
    [TestCase(8, 48, 32, true, Description = "a last group that is shorter")]
    public void BytesAreThoseOfTheFormatsDescription(int rows, int columns, int groupSize, bool actOrder)
    {
        LogicalMatrix logical = Logical(rows, columns, groupSize, actOrder);
        using var directory = new TemporaryDirectory();
        using TensorStore written = Write(directory, logical);
        foreach ((string part, StoredTensor expected) in Packing.Gptq(logical, less: 1))
        {
            CheckpointTensor actual = written.Get($"m.{part}");
            Assert.That(actual.Type, Is.EqualTo(expected.Type), part);
            Assert.That(actual.Shape, Is.EqualTo(expected.Shape), part);
            Assert.That(actual.Read(0, (int)actual.Bytes).ToArray(), Is.EqualTo(expected.Bytes), part);
        }
    }

    [TestCase(12, 16)]
    [TestCase(16, 12)]
    public void SizesThatFillNoWordAreRefused(int rows, int columns)
    {
        Int4Matrix matrix = Encoded(LogicalMatrix.Random(1, rows, columns, 4, symmetric: true));
        Assert.That(() => GptqTensors.Add(new SafetensorsWriter(), "m", matrix), Throws.ArgumentException.With.Message.Contains("multiple of 8"));
    }

    [Test]
    public void ZeroThatWouldBeAmbiguousIsRefused()
    {
        LogicalMatrix logical = Logical(8, 8, 8, actOrder: false);
        logical.Zeros[3, 0] = 0;
        Assert.That(() => GptqTensors.Add(new SafetensorsWriter(), "m", Encoded(logical)), Throws.ArgumentException.With.Message.Contains("row 3"));
    }

    private static LogicalMatrix Logical(int rows, int columns, int groupSize, bool actOrder)
    {
        LogicalMatrix matrix = LogicalMatrix.Random(rows + columns, rows, columns, groupSize, actOrder);
        for (int n = 0; n < rows; n++)
        {
            for (int g = 0; g < matrix.Groups; g++)
            {
                matrix.Zeros[n, g] = Math.Max(1, matrix.Zeros[n, g]);
            }
        }

        return matrix;
    }

    private static Int4Matrix Encoded(LogicalMatrix m) => new(m.Rows, m.Columns, m.GroupSize, m.Encoded(), m.Order());

    private static TensorStore Write(TemporaryDirectory directory, LogicalMatrix matrix)
    {
        var writer = new SafetensorsWriter();
        GptqTensors.Add(writer, "m", Encoded(matrix));
        writer.Save(directory["model.safetensors"]);
        return TensorStore.Open(directory.Path);
    }
}
