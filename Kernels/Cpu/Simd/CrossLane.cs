using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace SpecExecNative.Kernels.Cpu.Simd;

/// <summary>The last steps of a reduction over lanes, the same for every register width.</summary>
internal static class CrossLane
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector128<float> four)
    {
        Vector128<float> two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two.GetElement(0) + two.GetElement(1);
    }

    /// <summary>The four sums of four quads, each in the order of <see cref="Sum(Vector128{float})"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d)
    {
        // Lanes 2 apart: [a0+a2, a1+a3, b0+b2, b1+b3], then lanes 1 apart.
        Vector128<float> ab = LowHalves(a, b) + HighHalves(a, b);
        Vector128<float> cd = LowHalves(c, d) + HighHalves(c, d);
        return Evens(ab, cd) + Odds(ab, cd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Vector128<float> four)
    {
        Vector128<float> two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(two.GetElement(0), two.GetElement(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> LowHalves(Vector128<float> x, Vector128<float> y)
        => Sse.IsSupported ? Sse.MoveLowToHigh(x, y) : Vector128.Create(x.GetLower(), y.GetLower());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> HighHalves(Vector128<float> x, Vector128<float> y)
        => Sse.IsSupported ? Sse.MoveHighToLow(y, x) : Vector128.Create(x.GetUpper(), y.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Evens(Vector128<float> x, Vector128<float> y)
        => Sse.IsSupported ? Sse.Shuffle(x, y, 0b10_00_10_00)
            : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.UnzipEven(x, y)
            : Vector128.Create(x[0], x[2], y[0], y[2]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Odds(Vector128<float> x, Vector128<float> y)
        => Sse.IsSupported ? Sse.Shuffle(x, y, 0b11_01_11_01)
            : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.UnzipOdd(x, y)
            : Vector128.Create(x[1], x[3], y[1], y[3]);
}
