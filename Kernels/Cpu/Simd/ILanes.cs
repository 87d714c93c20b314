using System.Runtime.Intrinsics;

namespace SpecExecNative.Kernels.Cpu.Simd;

/// <summary>
/// Sixteen floats in registers: the one vector size that all CPU kernels are written in. A 512-bit machine holds them in
/// one register, a 256-bit machine in two, a 128-bit machine in four. Every operation works lane by lane, and the
/// only one that crosses lanes (<see cref="FoldToQuad"/>) adds in a fixed order, so all widths give the same bits.
/// </summary>
internal unsafe interface ILanes<TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>How many outputs of a GEMM this machine's registers hold best: rows of the largest micro-kernel.</summary>
    static abstract int TileRows { get; }

    /// <summary>Columns of the largest micro-kernel, in units of sixteen.</summary>
    static abstract int TilePanels { get; }

    static abstract TSelf Broadcast(float value);

    static abstract TSelf Load(float* from);

    /// <summary>The first <paramref name="count"/> (1 … 15) lanes from memory, the others <paramref name="fill"/>; reads nothing behind them.</summary>
    static abstract TSelf LoadPartial(float* from, int count, float fill);

    /// <summary>Sixteen bfloat16 values, widened exactly.</summary>
    static abstract TSelf LoadBF16(ushort* from);

    /// <summary>Sixteen binary16 values, widened exactly: subnormals, infinities and NaNs (with their payload) included.</summary>
    static abstract TSelf LoadF16(ushort* from);

    /// <summary><see cref="LoadF16"/> without its care for exponent 31: infinities and NaNs come out as numbers from 2^16 on.</summary>
    static abstract TSelf LoadFiniteF16(ushort* from);

    /// <summary>The registers hold the sums, scales and zeros of four panels of 4-bit weights.</summary>
    static abstract bool HoldsFourPanels { get; }

    /// <summary>Sixteen words of any meaning.</summary>
    static abstract TSelf LoadWords(uint* from);

    /// <summary>Each of sixteen words, shifted to the left; a negative number: to the right, zeros following.</summary>
    static abstract TSelf ShiftWords(TSelf words, int left);

    /// <summary>The floats that have the bits of sixteen words where <paramref name="mask"/> has ones, and those of <paramref name="bits"/> beside.</summary>
    static abstract TSelf WithBits(TSelf words, uint mask, uint bits);

    static abstract void Store(TSelf value, float* to);

    /// <summary>Stores the first <paramref name="count"/> (1 … 15) lanes and touches nothing behind them.</summary>
    static abstract void StorePartial(TSelf value, float* to, int count);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>left · right + addend, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>The greater, or NaN if either is.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>The greater magnitude; neither may be NaN.</summary>
    static abstract TSelf MaxMagnitude(TSelf left, TSelf right);

    /// <summary>Adds the integer in the low bits of <paramref name="shifted"/>'s pattern to the exponent of <paramref name="value"/>.</summary>
    static abstract TSelf AddToExponent(TSelf value, TSelf shifted);

    /// <summary>Lanes of <paramref name="then"/> where left &lt; right, of <paramref name="otherwise"/> elsewhere (and where either is NaN).</summary>
    static abstract TSelf WhereLess(TSelf left, TSelf right, TSelf then, TSelf otherwise);

    /// <summary>True if left &gt; right in any lane.</summary>
    static abstract bool AnyGreater(TSelf left, TSelf right);

    /// <summary>The first steps of a sum over lanes: lanes 8 apart, then 4. What is left is for <see cref="CrossLane"/>.</summary>
    static abstract Vector128<float> FoldToQuad(TSelf value);

    /// <summary>The greatest lane, or NaN if any is.</summary>
    static abstract float Max(TSelf value);
}
