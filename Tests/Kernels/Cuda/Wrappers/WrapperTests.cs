using System.Text;
using System.Text.RegularExpressions;
using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Tests.Kernels.Cuda.Compilation;
using SpecExecNative.Tests.Kernels.Cuda.Device;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Kernels.Cuda.Wrappers;

/// <summary>
/// The PTX wrappers on the card under test, against the formulas of the PTX ISA, and against what real cards answered to
/// the same inputs (Recorded/). On a card, SPECEXEC_RECORD_WRAPPERS names the file that takes its answers.
/// </summary>
[TestFixture(KernelGeneration.Turing, DType.F16)]
[TestFixture(KernelGeneration.Ampere, DType.F16)]
[TestFixture(KernelGeneration.Ampere, DType.BF16)]
[Category("Cuda")]
[NonParallelizable]
internal sealed partial class WrapperTests(KernelGeneration generation, DType element)
{
    private const int Blocks = 8;
    private const int BlockWords = WrapperKernel.Lanes * WrapperKernel.WordsOfALane;
    private const int LaneWords = WrapperKernel.WordsOfALane;

    private readonly WrapperKernel _kernel = new(generation, element);
    private readonly uint[] _input = Input();
    private uint[] _output = [];
    private string _card = "";

    [Test]
    public void TheyAnswerAsTheIsaSays()
    {
        Run();
        for (int block = 0; block < Blocks; block++)
        {
            var oracle = new WrapperOracle(element, _input[(block * BlockWords)..((block + 1) * BlockWords)]);
            for (int lane = 0; lane < WrapperKernel.Lanes; lane++)
            {
                AssertLane(oracle, block, lane);
            }
        }
    }

    /// <summary>A recording of this run is what this run answers, and every word that changes is noticed; then those of real cards.</summary>
    [Test]
    public void TheyAnswerAsWasRecorded()
    {
        Run();
        using var folder = new TemporaryDirectory();
        string own = Path.Combine(folder.Path, "own.json");
        Recording.Add(own, _card, _kernel.Name, _output);
        (_, uint[] words) = Recording.Read(File.ReadAllBytes(own), _kernel.Name).Single();
        Assert.That(Recording.FirstDifference(_output, words), Is.Null);
        for (int i = 0; i < LaneWords; i++)
        {
            uint[] other = [.. words];
            other[i] ^= 0x0080_0000; // a float's exponent, an element's mantissa
            Assert.That(Recording.FirstDifference(_output, other), Is.EqualTo(i));
        }

        if (CardUnderTest.IsCard && Environment.GetEnvironmentVariable("SPECEXEC_RECORD_WRAPPERS") is { Length: > 0 } path)
        {
            Recording.Add(path, _card, _kernel.Name, _output);
        }

        foreach ((string card, uint[] recorded) in Recording.Of(_kernel.Name))
        {
            Assert.That(Recording.FirstDifference(_output, recorded), Is.Null, card);
        }
    }

    /// <summary>With SPECEXEC_WRITE_WRAPPERS set, it is made anew, for the next build of the tests.</summary>
    [Test]
    public void ThePtxIsThatOfTheSource()
    {
        byte[] compiled = _kernel.Compile(NvrtcFixture.Require());
        if (Environment.GetEnvironmentVariable("SPECEXEC_WRITE_WRAPPERS") is { Length: > 0 })
        {
            File.WriteAllBytes(TestData.Repository($"Tests/Kernels/Cuda/Wrappers/{_kernel.Name}.ptx"), compiled);
            return;
        }

        string ours = Header().Replace(Encoding.ASCII.GetString(_kernel.Ptx), "");
        Assert.That(Header().Replace(Encoding.ASCII.GetString(compiled), ""), Is.EqualTo(ours), "run this test with SPECEXEC_WRITE_WRAPPERS=1 and build again");
    }

    private void Run()
    {
        CardUnderTest.Pose();
        using CudaDevice card = CardUnderTest.Open(DType.F16);
        _card = card.Card.Name;
        _output = _kernel.Run(card, _input);
    }

    private void AssertLane(WrapperOracle oracle, int block, int lane)
    {
        int at = (block * BlockWords) + (lane * LaneWords);
        float x = BitConverter.UInt32BitsToSingle(_input[at + 11]);
        float y = BitConverter.UInt32BitsToSingle(_input[at + 12]);
        using (Assert.EnterMultipleScope())
        {
            for (int i = 0; i < 4; i++)
            {
                (double sum, double magnitude) = oracle.Sum(lane, i);
                Assert.That(BitConverter.UInt32BitsToSingle(_output[at + i]), Is.EqualTo(sum).Within(magnitude * 1e-6), $"block {block}, lane {lane}, sum {i}");
                Assert.That(_output[at + 4 + i], Is.EqualTo(oracle.Matrix(lane, i, transposed: false)), $"block {block}, lane {lane}, matrix {i}");
                Assert.That(_output[at + 8 + i], Is.EqualTo(oracle.Matrix(lane, i, transposed: true)), $"block {block}, lane {lane}, transposed matrix {i}");
            }

            Assert.That(_output[at + 12], Is.EqualTo(oracle.Round(x) | ((uint)oracle.Round(y) << 16)), "a pair");
            Assert.That(_output[at + 13], Is.EqualTo((uint)oracle.Round(x)), "an element");
            Assert.That(BitConverter.UInt32BitsToSingle(_output[at + 14]), Is.EqualTo(oracle.Value((ushort)_input[at + 10])), "back");
            Assert.That(BitConverter.UInt32BitsToSingle(_output[at + 15]), Is.EqualTo(Math.Pow(2, x)).Within(Math.Pow(2, x) * 3e-7), "exp2");
        }
    }

    /// <summary>Small normal elements and floats; exponents where every format holds them.</summary>
    private static uint[] Input()
    {
        var random = new Random(314);
        uint[] words = new uint[Blocks * BlockWords];
        for (int i = 0; i < words.Length; i++)
        {
            float value = ((float)random.NextDouble() * 4) - 2;
            words[i] = (i % LaneWords) switch
            {
                <= 5 or 10 => Element(random) | (Element(random) << 16),
                _ => BitConverter.SingleToUInt32Bits(value),
            };
        }

        return words;
    }

    /// <summary>Normal in binary16 and in bfloat16: sign, exponent bits 01xxx, any mantissa.</summary>
    private static uint Element(Random random) => ((uint)random.Next(2) << 15) | (0x3800u + (uint)random.Next(0x800));

    /// <summary>What does not change what is computed: the compiler's name and build, and where in the sources a line comes from.</summary>
    [GeneratedRegex(@"^(//|\s*\.loc\s).*\n", RegexOptions.Multiline)]
    private static partial Regex Header();
}
