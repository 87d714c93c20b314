using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SpecExecNative.CudaEmulator.Execution.Arithmetic;

// T is the operation's own type: uint and ulong for what does not depend on the sign, int and long where it does.
// 16-bit registers are kept in 32-bit lanes, upper half zero; Narrow carries an operation over to them.
internal readonly struct Add<T> : IVectorBinary<T>
    where T : unmanaged, INumberBase<T>
{
    public static T Apply(T a, T b) => unchecked(a + b);

    public static Vector256<T> Apply(Vector256<T> a, Vector256<T> b) => a + b;
}

internal readonly struct Subtract<T> : IVectorBinary<T>
    where T : unmanaged, INumberBase<T>
{
    public static T Apply(T a, T b) => unchecked(a - b);

    public static Vector256<T> Apply(Vector256<T> a, Vector256<T> b) => a - b;
}

internal readonly struct Multiply<T> : IVectorBinary<T>
    where T : unmanaged, INumberBase<T>
{
    public static T Apply(T a, T b) => unchecked(a * b);

    public static Vector256<T> Apply(Vector256<T> a, Vector256<T> b) => a * b;
}

internal readonly struct MultiplyAdd<T> : IVectorTernary<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b, T c) => unchecked((a * b) + c);

    public static Vector256<T> Apply(Vector256<T> a, Vector256<T> b, Vector256<T> c) => (a * b) + c;
}

internal readonly struct MultiplyHigh<T> : IBinary<T, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b)
    {
        if (typeof(T) == typeof(ulong))
        {
            return T.CreateTruncating(Math.BigMul(ulong.CreateTruncating(a), ulong.CreateTruncating(b), out _));
        }

        if (typeof(T) == typeof(long))
        {
            return T.CreateTruncating(Math.BigMul(long.CreateTruncating(a), long.CreateTruncating(b), out _));
        }

        // 16- and 32-bit products fit into 64 bits, whatever the sign.
        return T.CreateTruncating((long.CreateTruncating(a) * long.CreateTruncating(b)) >> (8 * Unsafe.SizeOf<T>()));
    }
}

internal readonly struct MultiplyHighAdd<T> : ITernary<T, T, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b, T c) => unchecked(MultiplyHigh<T>.Apply(a, b) + c);
}

internal readonly struct MultiplyWide<TIn, TOut> : IBinary<TIn, TOut>
    where TIn : unmanaged, IBinaryInteger<TIn>
    where TOut : unmanaged, IBinaryInteger<TOut>
{
    public static TOut Apply(TIn a, TIn b) => unchecked(TOut.CreateTruncating(a) * TOut.CreateTruncating(b));
}

internal readonly struct MultiplyWideAdd<TIn, TOut> : ITernary<TIn, TOut, TOut>
    where TIn : unmanaged, IBinaryInteger<TIn>
    where TOut : unmanaged, IBinaryInteger<TOut>
{
    public static TOut Apply(TIn a, TIn b, TOut c) =>
        unchecked((TOut.CreateTruncating(a) * TOut.CreateTruncating(b)) + c);
}

/// <summary>A division by zero gives all ones, as NVIDIA's cards do; PTX leaves it unspecified.</summary>
internal readonly struct Divide<T> : IBinary<T, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b)
    {
        if (T.IsZero(b))
        {
            return ~T.Zero;
        }

        // The one quotient that does not fit wraps around, where C# would throw.
        return T.IsNegative(b) && b == ~T.Zero ? unchecked(T.Zero - a) : a / b;
    }
}

internal readonly struct Remainder<T> : IBinary<T, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b)
    {
        if (T.IsZero(b))
        {
            return a;
        }

        return T.IsNegative(b) && b == ~T.Zero ? T.Zero : a % b;
    }
}

internal readonly struct Minimum<T> : IVectorBinary<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b) => T.Min(a, b);

    public static Vector256<T> Apply(Vector256<T> a, Vector256<T> b) => Vector256.Min(a, b);
}

internal readonly struct Maximum<T> : IVectorBinary<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b) => T.Max(a, b);

    public static Vector256<T> Apply(Vector256<T> a, Vector256<T> b) => Vector256.Max(a, b);
}

internal readonly struct Negate<T> : IVectorUnary<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a) => unchecked(T.Zero - a);

    public static Vector256<T> Apply(Vector256<T> a) => Vector256<T>.Zero - a;
}

internal readonly struct Absolute<T> : IUnary<T, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a) => T.IsNegative(a) ? unchecked(T.Zero - a) : a;
}

/// <summary>Runs a 16-bit operation on 32-bit lanes.</summary>
internal readonly struct Narrow<TOperation, T> : IBinary<uint, uint>
    where TOperation : IBinary<T, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static uint Apply(uint a, uint b) =>
        ushort.CreateTruncating(TOperation.Apply(T.CreateTruncating(a), T.CreateTruncating(b)));
}

internal readonly struct NarrowUnary<TOperation, T> : IUnary<uint, uint>
    where TOperation : IUnary<T, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static uint Apply(uint a) => ushort.CreateTruncating(TOperation.Apply(T.CreateTruncating(a)));
}

internal readonly struct NarrowTernary<TOperation, T> : ITernary<uint, uint, uint>
    where TOperation : ITernary<T, T, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static uint Apply(uint a, uint b, uint c) =>
        ushort.CreateTruncating(TOperation.Apply(T.CreateTruncating(a), T.CreateTruncating(b), T.CreateTruncating(c)));
}

/// <summary>mul.wide and mad.wide of 16-bit sources.</summary>
internal readonly struct NarrowWide<T> : IBinary<uint, uint>, ITernary<uint, uint, uint>
    where T : unmanaged, IBinaryInteger<T>
{
    public static uint Apply(uint a, uint b) =>
        unchecked((uint)(int.CreateTruncating(T.CreateTruncating(a)) * int.CreateTruncating(T.CreateTruncating(b))));

    public static uint Apply(uint a, uint b, uint c) => unchecked(Apply(a, b) + c);
}
