using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SpecExecNative.Kernels.Cpu.Simd;

/// <summary>Sixteen floats in four 128-bit registers (NEON, SSE), and the portable form: without vector hardware the runtime works lane by lane.</summary>
internal readonly unsafe struct Lanes128 : ILanes<Lanes128>
{
    private readonly Vector128<float> _a;
    private readonly Vector128<float> _b;
    private readonly Vector128<float> _c;
    private readonly Vector128<float> _d;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes128(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d)
    {
        _a = a;
        _b = b;
        _c = c;
        _d = d;
    }

    public static int TileRows => 4;

    public static int TilePanels => 1;

    public static bool HoldsFourPanels => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Broadcast(float value) => new(Vector128.Create(value), Vector128.Create(value), Vector128.Create(value), Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(float* from) => new(Vector128.Load(from), Vector128.Load(from + 4), Vector128.Load(from + 8), Vector128.Load(from + 12));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadPartial(float* from, int count, float fill)
    {
        Vector128<float> fills = Vector128.Create(fill);
        return new(
            Quad(from, count, fills),
            Quad(from + 4, count - 4, fills),
            Quad(from + 8, count - 8, fills),
            Quad(from + 12, count - 12, fills));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadBF16(ushort* from)
    {
        Vector128<ushort> low = Vector128.Load(from);
        Vector128<ushort> high = Vector128.Load(from + 8);
        return new(
            (Vector128.WidenLower(low) << 16).AsSingle(),
            (Vector128.WidenUpper(low) << 16).AsSingle(),
            (Vector128.WidenLower(high) << 16).AsSingle(),
            (Vector128.WidenUpper(high) << 16).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadWords(uint* from)
        => new(Vector128.Load(from).AsSingle(), Vector128.Load(from + 4).AsSingle(), Vector128.Load(from + 8).AsSingle(), Vector128.Load(from + 12).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ShiftWords(Lanes128 words, int left) => new(Shift(words._a, left), Shift(words._b, left), Shift(words._c, left), Shift(words._d, left));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 WithBits(Lanes128 words, uint mask, uint bits)
        => new(WithBits(words._a, mask, bits), WithBits(words._b, mask, bits), WithBits(words._c, mask, bits), WithBits(words._d, mask, bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Shift(Vector128<float> words, int left)
        => (left >= 0 ? words.AsUInt32() << left : words.AsUInt32() >> -left).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> WithBits(Vector128<float> words, uint mask, uint bits)
        => ((words.AsUInt32() & Vector128.Create(mask)) | Vector128.Create(bits)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadF16(ushort* from)
    {
        Lanes128 scaled = LoadFiniteF16(from);
        return new(MendSpecial(scaled._a), MendSpecial(scaled._b), MendSpecial(scaled._c), MendSpecial(scaled._d));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadFiniteF16(ushort* from)
    {
        Vector128<short> low = Vector128.Load((short*)from);
        Vector128<short> high = Vector128.Load((short*)from + 8);
        return new(
            Rescale(Vector128.WidenLower(low)),
            Rescale(Vector128.WidenUpper(low)),
            Rescale(Vector128.WidenLower(high)),
            Rescale(Vector128.WidenUpper(high)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes128 value, float* to)
    {
        value._a.Store(to);
        value._b.Store(to + 4);
        value._c.Store(to + 8);
        value._d.Store(to + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(Lanes128 value, float* to, int count)
    {
        for (int lane = 0; lane < count; lane++)
        {
            to[lane] = ((float*)&value)[lane];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 left, Lanes128 right) => new(left._a + right._a, left._b + right._b, left._c + right._c, left._d + right._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 left, Lanes128 right) => new(left._a - right._a, left._b - right._b, left._c - right._c, left._d - right._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator *(Lanes128 left, Lanes128 right) => new(left._a * right._a, left._b * right._b, left._c * right._c, left._d * right._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator /(Lanes128 left, Lanes128 right) => new(left._a / right._a, left._b / right._b, left._c / right._c, left._d / right._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MultiplyAdd(Lanes128 left, Lanes128 right, Lanes128 addend) => new(
            Vector128.FusedMultiplyAdd(left._a, right._a, addend._a),
            Vector128.FusedMultiplyAdd(left._b, right._b, addend._b),
            Vector128.FusedMultiplyAdd(left._c, right._c, addend._c),
            Vector128.FusedMultiplyAdd(left._d, right._d, addend._d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Max(Lanes128 left, Lanes128 right) => new(
            Vector128.Max(left._a, right._a),
            Vector128.Max(left._b, right._b),
            Vector128.Max(left._c, right._c),
            Vector128.Max(left._d, right._d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MaxMagnitude(Lanes128 left, Lanes128 right) => new(
        Vector128.MaxNative(Vector128.Abs(left._a), Vector128.Abs(right._a)),
        Vector128.MaxNative(Vector128.Abs(left._b), Vector128.Abs(right._b)),
        Vector128.MaxNative(Vector128.Abs(left._c), Vector128.Abs(right._c)),
        Vector128.MaxNative(Vector128.Abs(left._d), Vector128.Abs(right._d)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 AddToExponent(Lanes128 value, Lanes128 shifted) => new(
            (value._a.AsInt32() + (shifted._a.AsInt32() << 23)).AsSingle(),
            (value._b.AsInt32() + (shifted._b.AsInt32() << 23)).AsSingle(),
            (value._c.AsInt32() + (shifted._c.AsInt32() << 23)).AsSingle(),
            (value._d.AsInt32() + (shifted._d.AsInt32() << 23)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 WhereLess(Lanes128 left, Lanes128 right, Lanes128 then, Lanes128 otherwise) => new(
            Vector128.ConditionalSelect(Vector128.LessThan(left._a, right._a), then._a, otherwise._a),
            Vector128.ConditionalSelect(Vector128.LessThan(left._b, right._b), then._b, otherwise._b),
            Vector128.ConditionalSelect(Vector128.LessThan(left._c, right._c), then._c, otherwise._c),
            Vector128.ConditionalSelect(Vector128.LessThan(left._d, right._d), then._d, otherwise._d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyGreater(Lanes128 left, Lanes128 right) =>
            Vector128.GreaterThanAny(left._a, right._a)
            || Vector128.GreaterThanAny(left._b, right._b)
            || Vector128.GreaterThanAny(left._c, right._c)
            || Vector128.GreaterThanAny(left._d, right._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FoldToQuad(Lanes128 value) => (value._a + value._c) + (value._b + value._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Lanes128 value)
        => CrossLane.Max(Vector128.Max(Vector128.Max(value._a, value._c), Vector128.Max(value._b, value._d)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Rescale(Vector128<int> wide)
    {
        Vector128<int> bits = (wide << 13) & Vector128.Create(Binary16.SignExponentMantissa);
        return bits.AsSingle() * Vector128.Create(Binary16.Rescale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> MendSpecial(Vector128<float> scaled)
    {
        Vector128<float> special = Vector128.GreaterThanOrEqual(Vector128.Abs(scaled), Vector128.Create(Binary16.FirstSpecial));
        return scaled | (special & Vector128.Create(float.PositiveInfinity));
    }

    // A quad of which count (any number) lanes exist.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Quad(float* from, int count, Vector128<float> fill) => count switch
    {
        >= 4 => Vector128.Load(from),
        3 => fill.WithElement(0, from[0]).WithElement(1, from[1]).WithElement(2, from[2]),
        2 => fill.WithElement(0, from[0]).WithElement(1, from[1]),
        1 => fill.WithElement(0, from[0]),
        _ => fill,
    };
}
