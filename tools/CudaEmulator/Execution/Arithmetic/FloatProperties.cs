using System.Numerics;

namespace SpecExecNative.CudaEmulator.Execution.Arithmetic;

/// <summary>The questions of testp.</summary>
internal static class FloatProperties
{
    internal readonly struct Finite<T> : IUnary<T, bool>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static bool Apply(T a) => T.IsFinite(a);
    }

    internal readonly struct Infinite<T> : IUnary<T, bool>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static bool Apply(T a) => T.IsInfinity(a);
    }

    internal readonly struct Number<T> : IUnary<T, bool>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static bool Apply(T a) => !T.IsNaN(a);
    }

    internal readonly struct NotANumber<T> : IUnary<T, bool>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static bool Apply(T a) => T.IsNaN(a);
    }

    /// <summary>Zero counts as normal (PTX ISA, testp).</summary>
    internal readonly struct Normal<T> : IUnary<T, bool>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static bool Apply(T a) => T.IsNormal(a) || T.IsZero(a);
    }

    internal readonly struct Subnormal<T> : IUnary<T, bool>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static bool Apply(T a) => T.IsSubnormal(a);
    }
}
