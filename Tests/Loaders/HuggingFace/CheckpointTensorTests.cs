using System.Buffers.Binary;
using NUnit.Framework;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Tests.Loaders.HuggingFace;

public sealed class CheckpointTensorTests
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void SetUp() => _directory = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    public void EveryHalfWidensToTheNumberThatItsBitsSpell()
    {
        float[] wide = Widen(TensorType.F16, [256, 256], AllPatterns());

        AssertNumbers(wide, exponentBits: 5, fractionBits: 10);
    }

    [Test]
    public void EveryBFloat16WidensToTheNumberThatItsBitsSpell()
    {
        float[] wide = Widen(TensorType.BF16, [65_536], AllPatterns());

        AssertNumbers(wide, exponentBits: 8, fractionBits: 7);
        Assert.That(wide.Select(BitConverter.SingleToUInt32Bits), Is.EqualTo(Enumerable.Range(0, 65_536).Select(i => (uint)i << 16)));
    }

    [Test]
    public void SinglesAreTakenAsTheyAre()
    {
        uint[] bits = [0, 0x8000_0000, 1, 0x7F7F_FFFF, 0x7F80_0000, 0xFF80_0000, 0x3F80_0001, 0x7FC0_0000];
        byte[] bytes = [.. bits.SelectMany(b => new[] { (byte)b, (byte)(b >> 8), (byte)(b >> 16), (byte)(b >> 24) })];

        Assert.That(Widen(TensorType.F32, [8], bytes).Select(BitConverter.SingleToUInt32Bits), Is.EqualTo(bits));
    }

    /// <summary>Two whole portions and a part of one; the element's number is its value, modulo what a half counts exactly.</summary>
    [Test]
    public void TensorOfSeveralPortionsHasEveryElementInItsPlace()
    {
        const int Elements = (2 << 20) + 12_345;
        byte[] bytes = new byte[2 * Elements];
        for (int i = 0; i < Elements; i++)
        {
            BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(2 * i), (Half)(i % 2039));
        }

        float[] wide = Widen(TensorType.F16, [Elements], bytes);
        Assert.That(Enumerable.Range(0, Elements).All(i => wide[i] == i % 2039), Is.True);
    }

    [Test]
    public void TensorWithoutElementsWidensToNothing() => Assert.That(Widen(TensorType.F32, [3, 0], []), Is.Empty);

    [TestCase(TensorType.F64)]
    [TestCase(TensorType.F8E4M3)]
    [TestCase(TensorType.I32)]
    [TestCase(TensorType.F4)]
    public void OtherTypesAreATypedError(TensorType type)
    {
        CheckpointException e = Assert.Throws<CheckpointException>(() => Widen(type, [2], new byte[2 * type.Bits() / 8]))!;
        Assert.That((e.Error, e.TensorName), Is.EqualTo((CheckpointError.UnsupportedType, "t")));
        Assert.That(e.Message, Does.Contain(type.Spelling()).And.Contain("Convert"));
    }

    [TestCase(3)]
    [TestCase(5)]
    public void DestinationOfAnotherLengthIsRefused(int length)
    {
        using TensorStore store = Store(TensorType.F16, [4], new byte[8]);

        Assert.Throws<ArgumentException>(() => store.Get("t").Widen(new float[length]));
    }

    private static byte[] AllPatterns() => [.. Enumerable.Range(0, 65_536).SelectMany(i => new[] { (byte)i, (byte)(i >> 8) })];

    /// <summary>Sign, exponent and fraction read by the definition of IEEE 754, in double precision.</summary>
    private static void AssertNumbers(float[] wide, int exponentBits, int fractionBits)
    {
        int bias = (1 << (exponentBits - 1)) - 1;
        for (int bits = 0; bits < 65_536; bits++)
        {
            double sign = (bits & 0x8000) != 0 ? -1 : 1;
            int exponent = (bits >> fractionBits) & ((1 << exponentBits) - 1);
            double fraction = (bits & ((1 << fractionBits) - 1)) / (double)(1 << fractionBits);
            double expected = exponent == (1 << exponentBits) - 1 ? (fraction == 0 ? sign * double.PositiveInfinity : double.NaN)
                : exponent == 0 ? sign * fraction * Math.Pow(2, 1 - bias)
                : sign * (1 + fraction) * Math.Pow(2, exponent - bias);
            if (!expected.Equals(wide[bits]) || (!double.IsNaN(expected) && double.IsNegative(expected) != float.IsNegative(wide[bits])))
            {
                Assert.Fail($"0x{bits:X4} is {expected:R}, not {wide[bits]:R}");
            }
        }
    }

    private float[] Widen(TensorType type, long[] shape, byte[] content)
    {
        using TensorStore store = Store(type, shape, content);
        float[] wide = new float[shape.Aggregate(1L, (a, b) => a * b)];
        Array.Fill(wide, -12345);
        store.Get("t").Widen(wide);
        return wide;
    }

    private TensorStore Store(TensorType type, long[] shape, byte[] content)
    {
        var writer = new SafetensorsWriter();
        writer.Add("t", type, shape, content);
        writer.Save(_directory["model.safetensors"]);
        return TensorStore.Open(_directory.Path);
    }
}
