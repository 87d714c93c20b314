using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Engine.Transformers;

/// <summary>
/// Cosines and sines of rotary position embeddings (Su et al. 2021), with Llama 3.1's frequency scaling.
/// Angles are computed in double precision and rounded once.
/// </summary>
public static class RopeTable
{
    /// <summary>F32 <c>[positions, headDim]</c>: per position, headDim/2 cosines, then headDim/2 sines.</summary>
    public static void Fill(ModelConfig config, int firstPosition, int positions, Span<float> table)
    {
        double[] frequencies = Frequencies(config);
        int half = frequencies.Length;
        for (int row = 0; row < positions; row++)
        {
            Span<float> cosines = table.Slice(row * 2 * half, half);
            Span<float> sines = table.Slice((row * 2 * half) + half, half);
            for (int i = 0; i < half; i++)
            {
                (double sine, double cosine) = Math.SinCos((firstPosition + row) * frequencies[i]);
                cosines[i] = (float)cosine;
                sines[i] = (float)sine;
            }
        }
    }

    /// <summary>Radians per position of each pair, <c>[headDim / 2]</c>: θ^(−2i/h), slowed down where the config says so.</summary>
    public static double[] Frequencies(ModelConfig config)
    {
        double[] frequencies = new double[config.HeadDim / 2];
        for (int i = 0; i < frequencies.Length; i++)
        {
            double plain = Math.Pow(config.RopeTheta, -2.0 * i / config.HeadDim);
            frequencies[i] = config.RopeScaling is { } scaling ? Scale(plain, scaling) : plain;
        }

        return frequencies;
    }

    private static double Scale(double frequency, Llama3RopeScaling scaling)
    {
        double wavelength = 2 * Math.PI / frequency;
        if (wavelength < scaling.OriginalMaxPositionEmbeddings / scaling.HighFrequencyFactor)
        {
            return frequency;
        }

        if (wavelength > scaling.OriginalMaxPositionEmbeddings / scaling.LowFrequencyFactor)
        {
            return frequency / scaling.Factor;
        }

        double blend = ((scaling.OriginalMaxPositionEmbeddings / wavelength) - scaling.LowFrequencyFactor)
            / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor);
        return ((1 - blend) * frequency / scaling.Factor) + (blend * frequency);
    }
}
