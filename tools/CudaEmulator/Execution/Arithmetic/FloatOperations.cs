using System.Numerics;
using System.Runtime.Intrinsics;

namespace SpecExecNative.CudaEmulator.Execution.Arithmetic;

/// <summary>Fused: one rounding, as .rn asks. Vector256 falls back to an exact software form where the host has no
/// FMA.</summary>
internal readonly struct FusedMultiplyAdd : IVectorTernary<float>
{
    public static float Apply(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Vector256.FusedMultiplyAdd(a, b, c);
}

internal readonly struct FusedTowardsZero : ITernary<float, float, float>
{
    public static float Apply(float a, float b, float c) => FloatFormats.FusedDirected(a, b, c, Rounding.Zero);
}

internal readonly struct FusedDown : ITernary<float, float, float>
{
    public static float Apply(float a, float b, float c) => FloatFormats.FusedDirected(a, b, c, Rounding.Down);
}

internal readonly struct FusedUp : ITernary<float, float, float>
{
    public static float Apply(float a, float b, float c) => FloatFormats.FusedDirected(a, b, c, Rounding.Up);
}

internal readonly struct FusedMultiplyAddDouble : IVectorTernary<double>
{
    public static double Apply(double a, double b, double c) => Math.FusedMultiplyAdd(a, b, c);

    public static Vector256<double> Apply(Vector256<double> a, Vector256<double> b, Vector256<double> c) =>
        Vector256.FusedMultiplyAdd(a, b, c);
}

/// <summary>A NaN gives way to the other operand and -0 is below +0 (PTX ISA, min).</summary>
internal readonly struct MinimumNumber<T> : IVectorBinary<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T a, T b) => T.MinNumber(a, b);

    public static Vector256<T> Apply(Vector256<T> a, Vector256<T> b) => Vector256.MinNumber(a, b);
}

internal readonly struct MaximumNumber<T> : IVectorBinary<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T a, T b) => T.MaxNumber(a, b);

    public static Vector256<T> Apply(Vector256<T> a, Vector256<T> b) => Vector256.MaxNumber(a, b);
}

/// <summary>min.NaN and max.NaN: a NaN wins, in its canonical form.</summary>
internal readonly struct MinimumOrNaN : IBinary<float, float>
{
    public static float Apply(float a, float b) => FloatFormats.Canonical(MathF.Min(a, b));
}

internal readonly struct MaximumOrNaN : IBinary<float, float>
{
    public static float Apply(float a, float b) => FloatFormats.Canonical(MathF.Max(a, b));
}

internal readonly struct DivideFloat<T> : IBinary<T, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T a, T b) => a / b;
}

internal readonly struct Reciprocal<T> : IUnary<T, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T a) => T.One / a;
}

internal readonly struct SquareRoot<T> : IUnary<T, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T a) => T.Sqrt(a);
}

// The approximations of a card are within a few units in the last place of these correctly rounded values; no test may
// ask for more.
internal readonly struct ReciprocalSquareRoot : IUnary<float, float>
{
    public static float Apply(float a) => (float)(1 / Math.Sqrt(a));
}

internal readonly struct Exponential2 : IUnary<float, float>
{
    public static float Apply(float a) => Approximations.Exp2(a);
}

internal readonly struct Logarithm2 : IUnary<float, float>
{
    public static float Apply(float a) => (float)Math.Log2(a);
}

internal readonly struct Sine : IUnary<float, float>
{
    public static float Apply(float a) => MathF.Sin(a);
}

internal readonly struct Cosine : IUnary<float, float>
{
    public static float Apply(float a) => MathF.Cos(a);
}

internal readonly struct HyperbolicTangent : IUnary<float, float>
{
    public static float Apply(float a) => MathF.Tanh(a);
}

/// <summary>copysign d, a, b: the magnitude of b with the sign of a.</summary>
internal readonly struct CopySign<T> : IBinary<T, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T a, T b) => T.CopySign(b, a);
}

internal readonly struct NegateFloat : IUnary<float, float>
{
    public static float Apply(float a) => -a;
}

internal readonly struct AbsoluteFloat : IUnary<float, float>
{
    public static float Apply(float a) => MathF.Abs(a);
}

/// <summary>Flips or clears sign bits, of one value or of a pair of 16-bit ones.</summary>
internal readonly struct SignBits
{
    internal readonly struct Flip32 : IUnary<uint, uint>
    {
        public static uint Apply(uint a) => a ^ 0x8000_0000;
    }

    internal readonly struct Clear32 : IUnary<uint, uint>
    {
        public static uint Apply(uint a) => a & 0x7FFF_FFFF;
    }

    internal readonly struct Flip64 : IUnary<ulong, ulong>
    {
        public static ulong Apply(ulong a) => a ^ (1ul << 63);
    }

    internal readonly struct Clear64 : IUnary<ulong, ulong>
    {
        public static ulong Apply(ulong a) => a & ~(1ul << 63);
    }

    internal readonly struct Flip16 : IUnary<uint, uint>
    {
        public static uint Apply(uint a) => a ^ 0x8000;
    }

    internal readonly struct Clear16 : IUnary<uint, uint>
    {
        public static uint Apply(uint a) => a & 0x7FFF;
    }

    internal readonly struct FlipPair : IUnary<uint, uint>
    {
        public static uint Apply(uint a) => a ^ 0x8000_8000;
    }

    internal readonly struct ClearPair : IUnary<uint, uint>
    {
        public static uint Apply(uint a) => a & 0x7FFF_7FFF;
    }
}

/// <summary>.ftz: subnormal sources and results become zeros of their sign.</summary>
internal readonly struct FlushUnary<TOperation> : IUnary<float, float>
    where TOperation : IUnary<float, float>
{
    public static float Apply(float a) => FloatFormats.Flush(TOperation.Apply(FloatFormats.Flush(a)));
}

internal readonly struct FlushBinary<TOperation> : IBinary<float, float>
    where TOperation : IBinary<float, float>
{
    public static float Apply(float a, float b) =>
        FloatFormats.Flush(TOperation.Apply(FloatFormats.Flush(a), FloatFormats.Flush(b)));
}

internal readonly struct FlushTernary<TOperation> : ITernary<float, float, float>
    where TOperation : ITernary<float, float, float>
{
    public static float Apply(float a, float b, float c) =>
        FloatFormats.Flush(TOperation.Apply(FloatFormats.Flush(a), FloatFormats.Flush(b), FloatFormats.Flush(c)));
}

/// <summary>.sat: the result is clamped to [0, 1]; NaN becomes 0.</summary>
internal readonly struct SaturateBinary<TOperation> : IBinary<float, float>
    where TOperation : IBinary<float, float>
{
    public static float Apply(float a, float b) => FloatFormats.Saturate(TOperation.Apply(a, b));
}

internal readonly struct SaturateTernary<TOperation> : ITernary<float, float, float>
    where TOperation : ITernary<float, float, float>
{
    public static float Apply(float a, float b, float c) => FloatFormats.Saturate(TOperation.Apply(a, b, c));
}
