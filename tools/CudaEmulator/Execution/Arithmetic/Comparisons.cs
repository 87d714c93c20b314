using System.Numerics;
using System.Runtime.Intrinsics;

namespace SpecExecNative.CudaEmulator.Execution.Arithmetic;

// The ordered comparisons are false where an operand is NaN; C#'s != is the one that is not, and so is PTX's neu.
internal readonly struct Equal<T> : IVectorComparison<T>
    where T : unmanaged, INumber<T>
{
    public static bool Test(T a, T b) => a == b;

    public static Vector256<T> Test(Vector256<T> a, Vector256<T> b) => Vector256.Equals(a, b);
}

internal readonly struct NotEqual<T> : IVectorComparison<T>
    where T : unmanaged, INumber<T>
{
    public static bool Test(T a, T b) => a != b;

    public static Vector256<T> Test(Vector256<T> a, Vector256<T> b) => ~Vector256.Equals(a, b);
}

internal readonly struct Less<T> : IVectorComparison<T>
    where T : unmanaged, INumber<T>
{
    public static bool Test(T a, T b) => a < b;

    public static Vector256<T> Test(Vector256<T> a, Vector256<T> b) => Vector256.LessThan(a, b);
}

internal readonly struct LessOrEqual<T> : IVectorComparison<T>
    where T : unmanaged, INumber<T>
{
    public static bool Test(T a, T b) => a <= b;

    public static Vector256<T> Test(Vector256<T> a, Vector256<T> b) => Vector256.LessThanOrEqual(a, b);
}

internal readonly struct Greater<T> : IVectorComparison<T>
    where T : unmanaged, INumber<T>
{
    public static bool Test(T a, T b) => a > b;

    public static Vector256<T> Test(Vector256<T> a, Vector256<T> b) => Vector256.GreaterThan(a, b);
}

internal readonly struct GreaterOrEqual<T> : IVectorComparison<T>
    where T : unmanaged, INumber<T>
{
    public static bool Test(T a, T b) => a >= b;

    public static Vector256<T> Test(Vector256<T> a, Vector256<T> b) => Vector256.GreaterThanOrEqual(a, b);
}

/// <summary>ne of floats: ordered, so false for NaN.</summary>
internal readonly struct OrderedNotEqual<T> : IComparison<T>
    where T : unmanaged, INumber<T>
{
    public static bool Test(T a, T b) => a < b || a > b;
}

/// <summary>ltu, geu and so on: true where the opposite ordered comparison is false.</summary>
internal readonly struct Unordered<TOpposite, T> : IComparison<T>
    where TOpposite : IComparison<T>
{
    public static bool Test(T a, T b) => !TOpposite.Test(a, b);
}

internal readonly struct EqualOrUnordered<T> : IComparison<T>
    where T : unmanaged, INumber<T>
{
    public static bool Test(T a, T b) => !(a < b || a > b);
}

internal readonly struct BothNumbers<T> : IComparison<T>
    where T : unmanaged, INumber<T>
{
    public static bool Test(T a, T b) => !T.IsNaN(a) && !T.IsNaN(b);
}

internal readonly struct AnyNaN<T> : IComparison<T>
    where T : unmanaged, INumber<T>
{
    public static bool Test(T a, T b) => T.IsNaN(a) || T.IsNaN(b);
}

/// <summary>Comparison of 16-bit integers kept in 32-bit lanes.</summary>
internal readonly struct NarrowComparison<TOperation, T> : IComparison<uint>
    where TOperation : IComparison<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static bool Test(uint a, uint b) => TOperation.Test(T.CreateTruncating(a), T.CreateTruncating(b));
}

internal readonly struct FlushComparison<TOperation> : IComparison<float>
    where TOperation : IComparison<float>
{
    public static bool Test(float a, float b) => TOperation.Test(FloatFormats.Flush(a), FloatFormats.Flush(b));
}
