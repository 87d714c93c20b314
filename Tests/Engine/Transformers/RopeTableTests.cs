using NUnit.Framework;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Tests.Engine.Transformers;

public sealed class RopeTableTests
{
    /// <summary>Frequencies that Hugging Face's implementation gives for Llama 3.1 8B and 3.2 1B.</summary>
    [TestCase(128, 8.0, 31, 8.567514e-4)]
    [TestCase(128, 8.0, 32, 5.248462e-4)]
    [TestCase(128, 8.0, 34, 1.785078e-4)]
    [TestCase(128, 8.0, 63, 3.068926e-7)]
    [TestCase(64, 32.0, 15, 1.290548e-3)]
    [TestCase(64, 32.0, 16, 4.295568e-4)]
    [TestCase(64, 32.0, 31, 9.418307e-8)]
    public void Llama3ScalingGivesTheReferenceFrequencies(int headDim, double factor, int index, double expected)
    {
        ModelConfig config = Config(headDim, 5e5, new Llama3RopeScaling(factor, 1, 4, 8192));

        Assert.That(RopeTable.Frequencies(config)[index], Is.EqualTo(expected).Within(1e-6 * expected));
    }

    [Test]
    public void ShortWavelengthsAreLeftAlone()
    {
        double[] scaled = RopeTable.Frequencies(Config(128, 5e5, new Llama3RopeScaling(8, 1, 4, 8192)));
        double[] plain = RopeTable.Frequencies(Config(128, 5e5, null));

        Assert.That(scaled[..29], Is.EqualTo(plain[..29]));
        Assert.That(scaled[35], Is.EqualTo(plain[35] / 8));
    }

    [Test]
    public void TableHoldsCosinesThenSinesOfPositionTimesFrequency()
    {
        ModelConfig config = Config(8, 10000, null);
        float[] table = new float[3 * 8];

        RopeTable.Fill(config, firstPosition: 5, positions: 3, table);

        for (int row = 0; row < 3; row++)
        {
            for (int i = 0; i < 4; i++)
            {
                double angle = (5 + row) * Math.Pow(10000, -2.0 * i / 8);
                Assert.That(table[(row * 8) + i], Is.EqualTo(Math.Cos(angle)).Within(1e-7));
                Assert.That(table[(row * 8) + 4 + i], Is.EqualTo(Math.Sin(angle)).Within(1e-7));
            }
        }
    }

    private static ModelConfig Config(int headDim, double theta, Llama3RopeScaling? scaling) => new()
    {
        Architecture = ModelArchitecture.Llama,
        VocabularySize = 16,
        HiddenSize = headDim,
        IntermediateSize = 16,
        Layers = 1,
        QueryHeads = 1,
        KvHeads = 1,
        HeadDim = headDim,
        RmsNormEpsilon = 1e-5,
        RopeTheta = theta,
        RopeScaling = scaling,
        MaxPositionEmbeddings = 131072,
        SlidingWindows = [null],
    };
}
