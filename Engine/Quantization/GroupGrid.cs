using System.Numerics.Tensors;

namespace SpecExecNative.Engine.Quantization;

/// <summary>The sixteen values that the weights of one group can take: (q − <paramref name="Zero"/>) · <paramref name="Scale"/>, q in 0 … 15.</summary>
/// <param name="Scale">As it is stored.</param>
/// <param name="Zero">From 1 to 15: 0 would be ambiguous in GPTQ's layout.</param>
internal readonly record struct GroupGrid(Half Scale, int Zero)
{
    private const int Highest = 15;
    private const int Middle = 8;

    /// <summary>Spans the group's extremes and 0.</summary>
    /// <param name="weights">At least one.</param>
    /// <param name="isSymmetric">The zero is 8, whatever the weights.</param>
    /// <exception cref="ArithmeticException">A weight is not a number, or too large for a binary16 scale.</exception>
    public static GroupGrid Of(ReadOnlySpan<double> weights, bool isSymmetric)
    {
        double low = Math.Min(0, TensorPrimitives.Min(weights));
        double high = Math.Max(0, TensorPrimitives.Max(weights));
        if (isSymmetric)
        {
            high = Math.Max(-low, high);
            low = -high;
        }

        if (high == low)
        {
            return new GroupGrid((Half)1, Middle);
        }

        Half scale = (Half)((high - low) / Highest);
        if (!Half.IsFinite(scale))
        {
            throw new ArithmeticException("has a weight that is not a number, or too large for a binary16 scale");
        }

        scale = Half.Max(scale, Half.Epsilon);
        return new GroupGrid(scale, isSymmetric ? Middle : (int)Math.Clamp(Math.Round(-low / (double)scale), 1, Highest));
    }

    /// <summary>q of the value that is nearest to a weight.</summary>
    public int Nearest(double weight) => (int)Math.Clamp(Math.Round(weight / (double)Scale) + Zero, 0, Highest);

    /// <summary>The weight that q stands for.</summary>
    public double Value(int q) => (q - Zero) * (double)Scale;
}
