using System.Numerics;
using SpecExecNative.CudaEmulator.Ptx;

namespace SpecExecNative.CudaEmulator.Execution.Arithmetic;

internal enum Rounding : byte
{
    None,

    /// <summary>rn, rz, rm, rp: to a narrower format.</summary>
    Nearest,
    Zero,
    Down,
    Up,

    /// <summary>rni, rzi, rmi, rpi: to an integral value.</summary>
    NearestInteger,
    ZeroInteger,
    DownInteger,
    UpInteger,
}

/// <summary>A cvt, decoded.</summary>
internal readonly record struct Conversion(PtxType To, PtxType From, Rounding Rounding, bool Flush, bool Saturate)
{
    /// <summary>Converts one value: register bits to register bits (PTX ISA, cvt).</summary>
    public ulong Apply(ulong bits)
    {
        ulong result = From.IsFloat()
            ? To.IsFloat() ? FloatToFloat(ReadFloat(bits)) : FloatToInteger(ReadFloat(bits))
            : To.IsFloat() ? IntegerToFloat(ReadInteger(bits)) : IntegerToInteger(ReadInteger(bits));
        return To.Bytes() == 8 ? result : (uint)result;
    }

    private double ReadFloat(ulong bits) => From switch
    {
        PtxType.F64 => BitConverter.UInt64BitsToDouble(bits),
        PtxType.F16 => FloatFormats.HalfToSingle((uint)bits),
        PtxType.BF16 => FloatFormats.BFloatToSingle((ushort)bits),
        _ when Flush => FloatFormats.Flush(BitConverter.UInt32BitsToSingle((uint)bits)),
        _ => BitConverter.UInt32BitsToSingle((uint)bits),
    };

    private Int128 ReadInteger(ulong bits) => From switch
    {
        PtxType.S8 => (sbyte)bits,
        PtxType.U8 or PtxType.B8 => (byte)bits,
        PtxType.S16 => (short)bits,
        PtxType.U16 or PtxType.B16 => (ushort)bits,
        PtxType.S32 => (int)bits,
        PtxType.U32 or PtxType.B32 => (uint)bits,
        PtxType.S64 => (long)bits,
        _ => bits,
    };

    private ulong FloatToFloat(double value)
    {
        value = Rounding switch
        {
            Rounding.NearestInteger => Math.Round(value, MidpointRounding.ToEven),
            Rounding.ZeroInteger => Math.Truncate(value),
            Rounding.DownInteger => Math.Floor(value),
            Rounding.UpInteger => Math.Ceiling(value),
            _ => value,
        };
        if (Saturate)
        {
            value = value > 0 ? Math.Min(value, 1) : 0;
        }

        return To switch
        {
            PtxType.F64 => BitConverter.DoubleToUInt64Bits(value),
            PtxType.F32 => BitConverter.SingleToUInt32Bits(Flush ? FloatFormats.Flush(ToSingle(value)) : ToSingle(value)),
            PtxType.F16 => Rounding == Rounding.Zero ? FloatFormats.SingleToHalfTruncated((float)value) : FloatFormats.DoubleToHalf(value),
            _ => Rounding == Rounding.Zero ? FloatFormats.SingleToBFloatTruncated((float)value) : FloatFormats.SingleToBFloat((float)value),
        };
    }

    private float ToSingle(double value)
    {
        float nearest = (float)value;
        return Rounding switch
        {
            Rounding.Zero when Math.Abs((double)nearest) > Math.Abs(value) => StepTowardsZero(nearest),
            Rounding.Down when nearest > value => MathF.BitDecrement(nearest),
            Rounding.Up when nearest < value => MathF.BitIncrement(nearest),
            _ => nearest,
        };
    }

    private static float StepTowardsZero(float value) =>
        value > 0 ? MathF.BitDecrement(value) : MathF.BitIncrement(value);

    private ulong IntegerToFloat(Int128 value) => To switch
    {
        PtxType.F64 => BitConverter.DoubleToUInt64Bits((double)value),
        PtxType.F16 => FloatFormats.DoubleToHalf((double)value),

        // Single precision straight from the integer: by way of double a 64-bit value would be rounded twice.
        PtxType.F32 when Rounding == Rounding.Nearest => BitConverter.SingleToUInt32Bits((float)value),
        _ => BitConverter.SingleToUInt32Bits(ToSingle((double)value)),
    };

    private ulong FloatToInteger(double value)
    {
        if (double.IsNaN(value))
        {
            bool wide = From == PtxType.F64 || To is PtxType.S64 or PtxType.U64;
            return wide ? 1ul << ((8 * To.Bytes()) - 1) : 0;
        }

        double rounded = Rounding switch
        {
            Rounding.NearestInteger => Math.Round(value, MidpointRounding.ToEven),
            Rounding.DownInteger => Math.Floor(value),
            Rounding.UpInteger => Math.Ceiling(value),
            _ => Math.Truncate(value),
        };
        (Int128 least, Int128 most) = Range(To);
        return rounded <= (double)least ? Narrowed(least) : rounded >= (double)most ? Narrowed(most) : Narrowed((Int128)rounded);
    }

    private ulong IntegerToInteger(Int128 value)
    {
        (Int128 least, Int128 most) = Range(To);
        return Narrowed(Saturate ? Int128.Clamp(value, least, most) : value);
    }

    // A result narrower than its register fills it with its sign, or zeros.
    private ulong Narrowed(Int128 value)
    {
        ulong bits = (ulong)(value & ulong.MaxValue);
        return To switch
        {
            PtxType.S8 => (ulong)(long)(sbyte)bits,
            PtxType.U8 or PtxType.B8 => (byte)bits,
            PtxType.S16 => (ushort)bits,
            PtxType.U16 or PtxType.B16 => (ushort)bits,
            _ => bits,
        };
    }

    private static (Int128 Least, Int128 Most) Range(PtxType type)
    {
        int bits = 8 * type.Bytes();
        return type.IsSigned()
            ? (-(Int128.One << (bits - 1)), (Int128.One << (bits - 1)) - 1)
            : (0, (Int128.One << bits) - 1);
    }
}

/// <summary>cvt for the lanes of a warp.</summary>
internal static unsafe class ConversionHandlers
{
    public static void Any(Warp warp, Instruction i, uint mask)
    {
        Conversion conversion = i.Conversion;
        bool fromWide = i.WideSource;
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            ulong result = conversion.Apply(fromWide ? warp.Long(i.A, lane) : warp.Word(i.A, lane));
            if (i.Flag)
            {
                warp.Long(i.D, lane) = result;
            }
            else
            {
                warp.Word(i.D, lane) = (uint)result;
            }
        }
    }
}

// The conversions that kernels use all the time.
internal readonly struct Resize<TIn, TOut> : IUnary<TIn, TOut>
    where TIn : unmanaged, IBinaryInteger<TIn>
    where TOut : unmanaged, IBinaryInteger<TOut>
{
    public static TOut Apply(TIn a) => TOut.CreateTruncating(a);
}

internal readonly struct WidenShort<TFormat> : IUnary<uint, float>
    where TFormat : IShortFloat
{
    public static float Apply(uint a) => TFormat.Widen(a & 0xFFFF);
}

internal readonly struct RoundToShort<TFormat> : IUnary<float, uint>
    where TFormat : IShortFloat
{
    public static uint Apply(float a) => TFormat.Round(a);
}

/// <summary>cvt.rn.f16x2.f32 d, a, b: a becomes the upper half.</summary>
internal readonly struct RoundToPair<TFormat> : IBinary<float, uint>
    where TFormat : IShortFloat
{
    public static uint Apply(float a, float b) => (TFormat.Round(a) << 16) | TFormat.Round(b);
}

internal readonly struct RoundToPairRelu<TFormat> : IBinary<float, uint>
    where TFormat : IShortFloat
{
    public static uint Apply(float a, float b) => RoundToPair<TFormat>.Apply(a > 0 ? a : 0, b > 0 ? b : 0);
}

internal readonly struct IntegerToSingle<T> : IUnary<T, float>
    where T : unmanaged, IBinaryInteger<T>
{
    public static float Apply(T a) => float.CreateTruncating(a);
}
