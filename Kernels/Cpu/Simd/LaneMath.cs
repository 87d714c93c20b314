using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SpecExecNative.Kernels.Cpu.Simd;

/// <summary>Functions and row reductions on sixteen lanes. Element i of a row is always reduced in lane i mod 16.</summary>
internal static unsafe class LaneMath
{
    public const int Width = 16;

    // e^x = 2^n · e^r with n = round(x / ln 2) and |r| ≤ ln 2 / 2; e^r by its Taylor polynomial of degree 7,
    // whose remainder (r^8 / 8!) lies below half a unit in the last place.
    private const float Log2E = 1.44269504f;
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;
    private const float RoundingShift = 12582912f; // 1.5 · 2^23: adding it leaves the rounded integer in the low bits.
    private const float Smallest = -87.33654f; // below, e^x is subnormal: 0 here
    private const float Largest = 88.02969f; // above, 2^n leaves the exponent's range: infinity here

    /// <summary>
    /// e^x to about one unit in the last place; exactly 1 for 0; 0 below −87.33 (no subnormal results), +∞ above 88.02, NaN for NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Exp<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes shift = TLanes.Broadcast(RoundingShift);
        TLanes shifted = TLanes.MultiplyAdd(x, TLanes.Broadcast(Log2E), shift);
        TLanes n = shifted - shift;
        TLanes r = TLanes.MultiplyAdd(n, TLanes.Broadcast(-Ln2High), x);
        r = TLanes.MultiplyAdd(n, TLanes.Broadcast(-Ln2Low), r);

        TLanes p = TLanes.Broadcast(1f / 5040);
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(1f / 720));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(1f / 120));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(1f / 24));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(1f / 6));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(0.5f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(1f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(1f));

        // x − x is 0, or NaN where the exponent arithmetic would otherwise lose a NaN.
        TLanes result = TLanes.AddToExponent(p, shifted) + (x - x);
        result = TLanes.WhereLess(x, TLanes.Broadcast(Smallest), TLanes.Broadcast(0f), result);
        return TLanes.WhereLess(TLanes.Broadcast(Largest), x, TLanes.Broadcast(float.PositiveInfinity), result);
    }

    /// <summary>x / (1 + e^−x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Silu<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes>
        => x / (TLanes.Broadcast(1f) + Exp(TLanes.Broadcast(0f) - x));

    /// <summary>Σ a[i]·b[i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Dot<TLanes>(float* a, float* b, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes sum = TLanes.Broadcast(0f);
        int i = 0;
        for (; i <= count - Width; i += Width)
        {
            sum = TLanes.MultiplyAdd(TLanes.Load(a + i), TLanes.Load(b + i), sum);
        }

        if (i < count)
        {
            sum = TLanes.MultiplyAdd(TLanes.LoadPartial(a + i, count - i, 0f), TLanes.LoadPartial(b + i, count - i, 0f), sum);
        }

        return Sum(sum);
    }

    /// <summary>Four products at once: Σ a[i]·b₀[i] … Σ a[i]·b₃[i], each the same bits as <see cref="Dot"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Dots<TLanes>(float* a, float* b0, float* b1, float* b2, float* b3, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes sum0 = TLanes.Broadcast(0f);
        TLanes sum1 = sum0;
        TLanes sum2 = sum0;
        TLanes sum3 = sum0;
        int i = 0;
        for (; i <= count - Width; i += Width)
        {
            TLanes x = TLanes.Load(a + i);
            sum0 = TLanes.MultiplyAdd(x, TLanes.Load(b0 + i), sum0);
            sum1 = TLanes.MultiplyAdd(x, TLanes.Load(b1 + i), sum1);
            sum2 = TLanes.MultiplyAdd(x, TLanes.Load(b2 + i), sum2);
            sum3 = TLanes.MultiplyAdd(x, TLanes.Load(b3 + i), sum3);
        }

        if (i < count)
        {
            TLanes x = TLanes.LoadPartial(a + i, count - i, 0f);
            sum0 = TLanes.MultiplyAdd(x, TLanes.LoadPartial(b0 + i, count - i, 0f), sum0);
            sum1 = TLanes.MultiplyAdd(x, TLanes.LoadPartial(b1 + i, count - i, 0f), sum1);
            sum2 = TLanes.MultiplyAdd(x, TLanes.LoadPartial(b2 + i, count - i, 0f), sum2);
            sum3 = TLanes.MultiplyAdd(x, TLanes.LoadPartial(b3 + i, count - i, 0f), sum3);
        }

        return CrossLane.Sums(TLanes.FoldToQuad(sum0), TLanes.FoldToQuad(sum1), TLanes.FoldToQuad(sum2), TLanes.FoldToQuad(sum3));
    }

    /// <summary>The sum over lanes: lanes 8 apart first, then 4, 2, 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum<TLanes>(TLanes value)
        where TLanes : unmanaged, ILanes<TLanes>
        => CrossLane.Sum(TLanes.FoldToQuad(value));

    /// <summary>The greatest of <paramref name="count"/> ≥ 1 values, or NaN if any is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Max<TLanes>(float* values, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes max = TLanes.Broadcast(float.NegativeInfinity);
        int i = 0;
        for (; i <= count - Width; i += Width)
        {
            max = TLanes.Max(max, TLanes.Load(values + i));
        }

        if (i < count)
        {
            max = TLanes.Max(max, TLanes.LoadPartial(values + i, count - i, float.NegativeInfinity));
        }

        return TLanes.Max(max);
    }

    /// <summary>Stores the first <paramref name="count"/> (at most 16) lanes and touches nothing behind them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpTo<TLanes>(TLanes value, float* to, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (count >= Width)
        {
            TLanes.Store(value, to);
            return;
        }

        TLanes.StorePartial(value, to, count);
    }

    /// <summary>Loads up to sixteen lanes, zeros behind them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadUpTo<TLanes>(float* from, int count)
        where TLanes : unmanaged, ILanes<TLanes>
        => count >= Width ? TLanes.Load(from) : TLanes.LoadPartial(from, count, 0f);
}
