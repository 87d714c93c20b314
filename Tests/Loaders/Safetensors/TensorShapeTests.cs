using NUnit.Framework;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Tests.Loaders.Safetensors;

public sealed class TensorShapeTests
{
    [TestCase(0, "[]")]
    [TestCase(1, "[1]")]
    [TestCase(3, "[1, 2, 3]")]
    [TestCase(16, "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]")]
    [TestCase(17, "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, ... 17 dimensions]")]
    public void TextStopsAfterSixteenDimensions(int dimensions, string text)
    {
        long[] shape = [.. Enumerable.Range(1, dimensions)];

        Assert.That(TensorShape.Text(shape), Is.EqualTo(text));
    }
}
