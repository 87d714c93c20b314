namespace SpecExecNative.CudaEmulator.Execution.Arithmetic;

/// <summary>A 16-bit float format: how its bits widen and how results are rounded back.</summary>
internal interface IShortFloat
{
    static abstract float Widen(uint bits);

    static abstract uint Round(float value);

    static abstract uint Fused(float a, float b, float c);
}

internal readonly struct HalfFormat : IShortFloat
{
    public static float Widen(uint bits) => FloatFormats.HalfToSingle(bits);

    public static uint Round(float value) => FloatFormats.SingleToHalf(value);

    // The product has 22 bits and the sum fewer than 53 wherever it is near a tie, so double holds it exactly.
    public static uint Fused(float a, float b, float c) => FloatFormats.DoubleToHalf(((double)a * b) + c);
}

internal readonly struct BFloatFormat : IShortFloat
{
    public static float Widen(uint bits) => FloatFormats.BFloatToSingle(bits & 0xFFFF);

    public static uint Round(float value) => FloatFormats.SingleToBFloat(value);

    public static uint Fused(float a, float b, float c) => FloatFormats.FusedBFloat(a, b, c);
}

// Sums and products are computed in single precision and rounded once more: 24 bits are at least 2·11 + 2, so the
// double rounding is innocuous.
internal readonly struct ShortBinary<TFormat, TOperation> : IBinary<uint, uint>
    where TFormat : IShortFloat
    where TOperation : IBinary<float, float>
{
    public static uint Apply(uint a, uint b) =>
        TFormat.Round(TOperation.Apply(TFormat.Widen(a & 0xFFFF), TFormat.Widen(b & 0xFFFF)));
}

internal readonly struct ShortFused<TFormat> : ITernary<uint, uint, uint>
    where TFormat : IShortFloat
{
    public static uint Apply(uint a, uint b, uint c) =>
        TFormat.Fused(TFormat.Widen(a & 0xFFFF), TFormat.Widen(b & 0xFFFF), TFormat.Widen(c & 0xFFFF));
}

/// <summary>fma.relu: negative results and NaN become +0.</summary>
internal readonly struct ShortFusedRelu<TFormat> : ITernary<uint, uint, uint>
    where TFormat : IShortFloat
{
    public static uint Apply(uint a, uint b, uint c)
    {
        uint result = ShortFused<TFormat>.Apply(a, b, c);
        return TFormat.Widen(result) > 0 ? result : 0;
    }
}

internal readonly struct ShortUnary<TFormat, TOperation> : IUnary<uint, uint>
    where TFormat : IShortFloat
    where TOperation : IUnary<float, float>
{
    public static uint Apply(uint a) => TFormat.Round(TOperation.Apply(TFormat.Widen(a & 0xFFFF)));
}

internal readonly struct ShortComparison<TFormat, TOperation> : IComparison<uint>
    where TFormat : IShortFloat
    where TOperation : IComparison<float>
{
    public static bool Test(uint a, uint b) => TOperation.Test(TFormat.Widen(a & 0xFFFF), TFormat.Widen(b & 0xFFFF));
}

/// <summary>The packed types: the same on both halves of a word.</summary>
internal readonly struct PairUnary<TOperation> : IUnary<uint, uint>
    where TOperation : IUnary<uint, uint>
{
    public static uint Apply(uint a) => TOperation.Apply(a & 0xFFFF) | (TOperation.Apply(a >> 16) << 16);
}

internal readonly struct PairBinary<TOperation> : IBinary<uint, uint>
    where TOperation : IBinary<uint, uint>
{
    public static uint Apply(uint a, uint b) =>
        TOperation.Apply(a & 0xFFFF, b & 0xFFFF) | (TOperation.Apply(a >> 16, b >> 16) << 16);
}

internal readonly struct PairTernary<TOperation> : ITernary<uint, uint, uint>
    where TOperation : ITernary<uint, uint, uint>
{
    public static uint Apply(uint a, uint b, uint c) =>
        TOperation.Apply(a & 0xFFFF, b & 0xFFFF, c & 0xFFFF) | (TOperation.Apply(a >> 16, b >> 16, c >> 16) << 16);
}
