using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SpecExecNative.Kernels.Cpu.Simd;

/// <summary>Sixteen floats in two 256-bit registers (AVX2).</summary>
internal readonly unsafe struct Lanes256 : ILanes<Lanes256>
{
    private readonly Vector256<float> _a;
    private readonly Vector256<float> _b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes256(Vector256<float> a, Vector256<float> b)
    {
        _a = a;
        _b = b;
    }

    public static int TileRows => 6;

    public static int TilePanels => 1;

    public static bool HoldsFourPanels => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Broadcast(float value) => new(Vector256.Create(value), Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(float* from) => new(Vector256.Load(from), Vector256.Load(from + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadPartial(float* from, int count, float fill)
    {
        if (Avx.IsSupported)
        {
            Vector256<float> fills = Vector256.Create(fill);
            Vector256<float> low = FirstLanes(count);
            Vector256<float> high = FirstLanes(count - 8);
            return new(
                Vector256.ConditionalSelect(low, Avx.MaskLoad(from, low), fills),
                Vector256.ConditionalSelect(high, Avx.MaskLoad(from + 8, high), fills));
        }

        Lanes256 lanes = Broadcast(fill);
        new Span<float>(from, count).CopyTo(new Span<float>(&lanes, count));
        return lanes;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadBF16(ushort* from) => new(WidenBF16(from), WidenBF16(from + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadWords(uint* from) => new(Vector256.Load(from).AsSingle(), Vector256.Load(from + 8).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ShiftWords(Lanes256 words, int left) => new(Shift(words._a, left), Shift(words._b, left));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 WithBits(Lanes256 words, uint mask, uint bits) => new(WithBits(words._a, mask, bits), WithBits(words._b, mask, bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadF16(ushort* from) => new(MendSpecial(WidenF16(from)), MendSpecial(WidenF16(from + 8)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadFiniteF16(ushort* from) => new(WidenF16(from), WidenF16(from + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes256 value, float* to)
    {
        value._a.Store(to);
        value._b.Store(to + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(Lanes256 value, float* to, int count)
    {
        if (Avx.IsSupported)
        {
            Avx.MaskStore(to, FirstLanes(count), value._a);
            Avx.MaskStore(to + 8, FirstLanes(count - 8), value._b);
            return;
        }

        new Span<float>(&value, count).CopyTo(new Span<float>(to, count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator +(Lanes256 left, Lanes256 right) => new(left._a + right._a, left._b + right._b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator -(Lanes256 left, Lanes256 right) => new(left._a - right._a, left._b - right._b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator *(Lanes256 left, Lanes256 right) => new(left._a * right._a, left._b * right._b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator /(Lanes256 left, Lanes256 right) => new(left._a / right._a, left._b / right._b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 MultiplyAdd(Lanes256 left, Lanes256 right, Lanes256 addend) => new(
            Vector256.FusedMultiplyAdd(left._a, right._a, addend._a),
            Vector256.FusedMultiplyAdd(left._b, right._b, addend._b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Max(Lanes256 left, Lanes256 right) => new(
            Vector256.Max(left._a, right._a),
            Vector256.Max(left._b, right._b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 MaxMagnitude(Lanes256 left, Lanes256 right) => new(
        Vector256.MaxNative(Vector256.Abs(left._a), Vector256.Abs(right._a)),
        Vector256.MaxNative(Vector256.Abs(left._b), Vector256.Abs(right._b)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 AddToExponent(Lanes256 value, Lanes256 shifted) => new(
            (value._a.AsInt32() + (shifted._a.AsInt32() << 23)).AsSingle(),
            (value._b.AsInt32() + (shifted._b.AsInt32() << 23)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 WhereLess(Lanes256 left, Lanes256 right, Lanes256 then, Lanes256 otherwise) => new(
            Vector256.ConditionalSelect(Vector256.LessThan(left._a, right._a), then._a, otherwise._a),
            Vector256.ConditionalSelect(Vector256.LessThan(left._b, right._b), then._b, otherwise._b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyGreater(Lanes256 left, Lanes256 right) =>
            Vector256.GreaterThanAny(left._a, right._a)
            || Vector256.GreaterThanAny(left._b, right._b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FoldToQuad(Lanes256 value)
    {
        Vector256<float> eight = value._a + value._b;
        return eight.GetLower() + eight.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Lanes256 value)
    {
        Vector256<float> eight = Vector256.Max(value._a, value._b);
        return CrossLane.Max(Vector128.Max(eight.GetLower(), eight.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Shift(Vector256<float> words, int left)
        => (left >= 0 ? words.AsUInt32() << left : words.AsUInt32() >> -left).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> WithBits(Vector256<float> words, uint mask, uint bits)
        => ((words.AsUInt32() & Vector256.Create(mask)) | Vector256.Create(bits)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> WidenBF16(ushort* from)
    {
        Vector128<ushort> half = Vector128.Load(from);
        Vector256<int> wide = Avx2.IsSupported
            ? Avx2.ConvertToVector256Int32(half)
            : Vector256.Create(Vector128.WidenLower(half), Vector128.WidenUpper(half)).AsInt32();
        return (wide << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> WidenF16(ushort* from)
    {
        Vector128<short> half = Vector128.Load((short*)from);
        Vector256<int> wide = Avx2.IsSupported
            ? Avx2.ConvertToVector256Int32(half)
            : Vector256.Create(Vector128.WidenLower(half), Vector128.WidenUpper(half));
        Vector256<int> bits = (wide << 13) & Vector256.Create(Binary16.SignExponentMantissa);
        return bits.AsSingle() * Vector256.Create(Binary16.Rescale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> MendSpecial(Vector256<float> scaled)
    {
        Vector256<float> special = Vector256.GreaterThanOrEqual(Vector256.Abs(scaled), Vector256.Create(Binary16.FirstSpecial));
        return scaled | (special & Vector256.Create(float.PositiveInfinity));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> FirstLanes(int count)
        => Vector256.GreaterThan(Vector256.Create(count), Vector256<int>.Indices).AsSingle();
}
