using System.Runtime.Intrinsics;

namespace SpecExecNative.CudaEmulator.Execution.Arithmetic;

/// <summary>What one lane computes from one source.</summary>
internal interface IUnary<TIn, TOut>
{
    static abstract TOut Apply(TIn a);
}

internal interface IBinary<TIn, TOut>
{
    static abstract TOut Apply(TIn a, TIn b);
}

/// <summary>The third source may have another width: an accumulator, or the predicate of a select.</summary>
internal interface ITernary<TIn, TThird, TOut>
{
    static abstract TOut Apply(TIn a, TIn b, TThird c);
}

internal interface IComparison<T>
{
    static abstract bool Test(T a, T b);
}

/// <summary>The same for eight or four lanes at a time; it must agree with the scalar form bit for bit.</summary>
internal interface IVectorUnary<T> : IUnary<T, T>
{
    static abstract Vector256<T> Apply(Vector256<T> a);
}

internal interface IVectorBinary<T> : IBinary<T, T>
{
    static abstract Vector256<T> Apply(Vector256<T> a, Vector256<T> b);
}

internal interface IVectorTernary<T> : ITernary<T, T, T>
{
    static abstract Vector256<T> Apply(Vector256<T> a, Vector256<T> b, Vector256<T> c);
}

internal interface IVectorComparison<T> : IComparison<T>
{
    static abstract Vector256<T> Test(Vector256<T> a, Vector256<T> b);
}
