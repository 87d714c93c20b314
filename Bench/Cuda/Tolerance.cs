using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Cuda;

/// <summary>How far two kernels that do the same may be apart.</summary>
/// <param name="Element">Of one number: its difference over the size of the number expected plus the root mean square of all.</param>
/// <param name="MeanSquare">Of all: the normalised mean square of the differences.</param>
internal readonly record struct Tolerance(double Element, double MeanSquare)
{
    /// <summary>Bit for bit.</summary>
    public static Tolerance Exact { get; }

    /// <summary>F32 sums of the same products in another order.</summary>
    public static Tolerance Sums { get; } = new(1e-3, 1e-9);

    /// <summary>Such sums, or weights of a softmax, rounded to the card's element: a few units in its last place.</summary>
    public static Tolerance Rounded(DType element) => element == DType.F16 ? new(1.0 / 128, 4e-6) : new(1.0 / 16, 2.5e-4);
}
