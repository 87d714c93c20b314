using SpecExecNative.CudaEmulator.Execution.Arithmetic;
using SpecExecNative.CudaEmulator.Ptx;
using unsafe Handler = delegate*<SpecExecNative.CudaEmulator.Execution.Warp, SpecExecNative.CudaEmulator.Execution.Instruction, uint, void>;

namespace SpecExecNative.CudaEmulator.Execution.Decoding;

/// <summary>Float arithmetic (PTX ISA, "Floating Point Instructions", "Half Precision Floating Point Instructions").
/// The only rounding known, but for fma, is to nearest even; another one is an unknown modifier.</summary>
internal static unsafe class FloatDecoder
{
    public static readonly Dictionary<string, Action<Draft>> Opcodes = new()
    {
        ["fma"] = FusedMultiplyAdd,
        ["rcp"] = Reciprocal,
        ["sqrt"] = SquareRoot,
        ["rsqrt"] = d => Approximate<ReciprocalSquareRoot>(d),
        ["ex2"] = d => Approximate<Exponential2>(d),
        ["lg2"] = d => Approximate<Logarithm2>(d),
        ["sin"] = d => Approximate<Sine>(d),
        ["cos"] = d => Approximate<Cosine>(d),
        ["tanh"] = HyperbolicTangent,
        ["copysign"] = CopySign,
    };

    public static void Add(Draft d) => Sum<Add<float>, Add<double>>(d);

    public static void Subtract(Draft d) => Sum<Subtract<float>, Subtract<double>>(d);

    public static void Multiply(Draft d) => Sum<Multiply<float>, Multiply<double>>(d);

    public static void FusedMultiplyAdd(Draft d)
    {
        string rounding = d.Expect("rn", "rz", "rm", "rp");
        if (rounding != "rn")
        {
            FusedDirected(d, rounding);
            return;
        }

        bool flush = d.Take("ftz");
        string clamp = d.TakeAny("sat", "relu");
        PtxType type = FloatType(d);
        Handler handler = (type, flush, clamp) switch
        {
            (PtxType.F32, false, "") => &Lanes.VectorTernary<FusedMultiplyAdd, float>,
            (PtxType.F32, true, "") => &Lanes.Ternary<FlushTernary<FusedMultiplyAdd>, float, float, float>,
            (PtxType.F32, false, "sat") => &Lanes.Ternary<SaturateTernary<FusedMultiplyAdd>, float, float, float>,
            (PtxType.F32, true, "sat") => &Lanes.Ternary<SaturateTernary<FlushTernary<FusedMultiplyAdd>>, float, float, float>,
            (PtxType.F64, false, "") => &Lanes.VectorTernary<FusedMultiplyAddDouble, double>,
            (PtxType.F16, false, "") => &Lanes.Ternary<ShortFused<HalfFormat>, uint, uint, uint>,
            (PtxType.F16, false, "relu") => &Lanes.Ternary<ShortFusedRelu<HalfFormat>, uint, uint, uint>,
            (PtxType.F16x2, false, "") => &Lanes.Ternary<PairTernary<ShortFused<HalfFormat>>, uint, uint, uint>,
            (PtxType.F16x2, false, "relu") => &Lanes.Ternary<PairTernary<ShortFusedRelu<HalfFormat>>, uint, uint, uint>,
            (PtxType.BF16, false, "") => &Lanes.Ternary<ShortFused<BFloatFormat>, uint, uint, uint>,
            (PtxType.BF16, false, "relu") => &Lanes.Ternary<ShortFusedRelu<BFloatFormat>, uint, uint, uint>,
            (PtxType.BF16x2, false, "") => &Lanes.Ternary<PairTernary<ShortFused<BFloatFormat>>, uint, uint, uint>,
            (PtxType.BF16x2, false, "relu") => &Lanes.Ternary<PairTernary<ShortFusedRelu<BFloatFormat>>, uint, uint, uint>,
            _ => throw d.Error("these modifiers are not known together"),
        };
        d.Ternary(type, type, type, handler);
    }

    // The library's exponential rounds down to split its argument.
    private static void FusedDirected(Draft d, string rounding)
    {
        PtxType type = d.Type(PtxType.F32);
        d.Ternary(type, type, type, rounding switch
        {
            "rz" => &Lanes.Ternary<FusedTowardsZero, float, float, float>,
            "rm" => &Lanes.Ternary<FusedDown, float, float, float>,
            _ => &Lanes.Ternary<FusedUp, float, float, float>,
        });
    }

    public static void Divide(Draft d)
    {
        string accuracy = d.Expect("rn", "approx", "full");
        bool flush = d.Take("ftz");
        PtxType type = d.Type(PtxType.F32, PtxType.F64);
        if (type == PtxType.F64 && (flush || accuracy != "rn"))
        {
            throw d.Error("double precision divides to nearest");
        }

        d.Binary(type, type, type, type == PtxType.F64
            ? &Lanes.Binary<DivideFloat<double>, double, double>
            : flush
                ? &Lanes.Binary<FlushBinary<DivideFloat<float>>, float, float>
                : &Lanes.Binary<DivideFloat<float>, float, float>);
    }

    public static void Minimum(Draft d) =>
        Extreme<MinimumNumber<float>, MinimumOrNaN, MinimumNumber<double>>(d);

    public static void Maximum(Draft d) =>
        Extreme<MaximumNumber<float>, MaximumOrNaN, MaximumNumber<double>>(d);

    public static void Negate(Draft d)
    {
        PtxType type = FlushableType(d, out bool flush);
        d.Unary(type, type, type switch
        {
            PtxType.F32 when flush => &Lanes.Unary<FlushUnary<NegateFloat>, float, float>,
            PtxType.F32 => &Lanes.Unary<SignBits.Flip32, uint, uint>,
            PtxType.F64 => &Lanes.Unary<SignBits.Flip64, ulong, ulong>,
            PtxType.F16 or PtxType.BF16 => &Lanes.Unary<SignBits.Flip16, uint, uint>,
            _ => &Lanes.Unary<SignBits.FlipPair, uint, uint>,
        });
    }

    public static void Absolute(Draft d)
    {
        PtxType type = FlushableType(d, out bool flush);
        d.Unary(type, type, type switch
        {
            PtxType.F32 when flush => &Lanes.Unary<FlushUnary<AbsoluteFloat>, float, float>,
            PtxType.F32 => &Lanes.Unary<SignBits.Clear32, uint, uint>,
            PtxType.F64 => &Lanes.Unary<SignBits.Clear64, ulong, ulong>,
            PtxType.F16 or PtxType.BF16 => &Lanes.Unary<SignBits.Clear16, uint, uint>,
            _ => &Lanes.Unary<SignBits.ClearPair, uint, uint>,
        });
    }

    private static PtxType FloatType(Draft d) =>
        d.Type(PtxType.F32, PtxType.F64, PtxType.F16, PtxType.F16x2, PtxType.BF16, PtxType.BF16x2);

    private static PtxType FlushableType(Draft d, out bool flush)
    {
        flush = d.Take("ftz");
        PtxType type = FloatType(d);
        return flush && type != PtxType.F32 ? throw d.Error(".ftz is known for f32 alone") : type;
    }

    private static void Sum<TSingle, TDouble>(Draft d)
        where TSingle : IVectorBinary<float>
        where TDouble : IVectorBinary<double>
    {
        d.Take("rn");
        bool flush = d.Take("ftz");
        bool saturate = d.Take("sat");
        PtxType type = FloatType(d);
        Handler handler = (type, flush, saturate) switch
        {
            (PtxType.F32, false, false) => &Lanes.VectorBinary<TSingle, float>,
            (PtxType.F32, true, false) => &Lanes.Binary<FlushBinary<TSingle>, float, float>,
            (PtxType.F32, false, true) => &Lanes.Binary<SaturateBinary<TSingle>, float, float>,
            (PtxType.F32, true, true) => &Lanes.Binary<SaturateBinary<FlushBinary<TSingle>>, float, float>,
            (PtxType.F64, false, false) => &Lanes.VectorBinary<TDouble, double>,
            (PtxType.F16, false, false) => &Lanes.Binary<ShortBinary<HalfFormat, TSingle>, uint, uint>,
            (PtxType.F16x2, false, false) => &Lanes.Binary<PairBinary<ShortBinary<HalfFormat, TSingle>>, uint, uint>,
            (PtxType.BF16, false, false) => &Lanes.Binary<ShortBinary<BFloatFormat, TSingle>, uint, uint>,
            (PtxType.BF16x2, false, false) => &Lanes.Binary<PairBinary<ShortBinary<BFloatFormat, TSingle>>, uint, uint>,
            _ => throw d.Error("these modifiers are not known together"),
        };
        d.Binary(type, type, type, handler);
    }

    private static void Extreme<TSingle, TOrNaN, TDouble>(Draft d)
        where TSingle : IVectorBinary<float>
        where TOrNaN : IBinary<float, float>
        where TDouble : IVectorBinary<double>
    {
        bool flush = d.Take("ftz");
        bool nan = d.Take("NaN");
        PtxType type = FloatType(d);
        Handler handler = (type, flush, nan) switch
        {
            (PtxType.F32, false, false) => &Lanes.VectorBinary<TSingle, float>,
            (PtxType.F32, true, false) => &Lanes.Binary<FlushBinary<TSingle>, float, float>,
            (PtxType.F32, false, true) => &Lanes.Binary<TOrNaN, float, float>,
            (PtxType.F64, false, false) => &Lanes.VectorBinary<TDouble, double>,
            (PtxType.F16, false, false) => &Lanes.Binary<ShortBinary<HalfFormat, TSingle>, uint, uint>,
            (PtxType.F16, false, true) => &Lanes.Binary<ShortBinary<HalfFormat, TOrNaN>, uint, uint>,
            (PtxType.F16x2, false, false) => &Lanes.Binary<PairBinary<ShortBinary<HalfFormat, TSingle>>, uint, uint>,
            (PtxType.F16x2, false, true) => &Lanes.Binary<PairBinary<ShortBinary<HalfFormat, TOrNaN>>, uint, uint>,
            (PtxType.BF16, false, false) => &Lanes.Binary<ShortBinary<BFloatFormat, TSingle>, uint, uint>,
            (PtxType.BF16, false, true) => &Lanes.Binary<ShortBinary<BFloatFormat, TOrNaN>, uint, uint>,
            (PtxType.BF16x2, false, false) => &Lanes.Binary<PairBinary<ShortBinary<BFloatFormat, TSingle>>, uint, uint>,
            (PtxType.BF16x2, false, true) => &Lanes.Binary<PairBinary<ShortBinary<BFloatFormat, TOrNaN>>, uint, uint>,
            _ => throw d.Error("these modifiers are not known together"),
        };
        d.Binary(type, type, type, handler);
    }

    private static void Reciprocal(Draft d) => RootLike<Reciprocal<float>, Reciprocal<double>>(d);

    private static void SquareRoot(Draft d) => RootLike<SquareRoot<float>, SquareRoot<double>>(d);

    private static void RootLike<TSingle, TDouble>(Draft d)
        where TSingle : IUnary<float, float>
        where TDouble : IUnary<double, double>
    {
        string accuracy = d.Expect("rn", "approx");
        bool flush = d.Take("ftz");
        PtxType type = d.Type(PtxType.F32, PtxType.F64);
        if (type == PtxType.F64 && (flush || accuracy != "rn"))
        {
            throw d.Error("double precision rounds to nearest");
        }

        d.Unary(type, type, type == PtxType.F64
            ? &Lanes.Unary<TDouble, double, double>
            : flush ? &Lanes.Unary<FlushUnary<TSingle>, float, float> : &Lanes.Unary<TSingle, float, float>);
    }

    private static void Approximate<TOperation>(Draft d)
        where TOperation : IUnary<float, float>
    {
        d.Expect("approx");
        bool flush = d.Take("ftz");
        PtxType type = d.Type(PtxType.F32);
        d.Unary(type, type, flush ? &Lanes.Unary<FlushUnary<TOperation>, float, float> : &Lanes.Unary<TOperation, float, float>);
    }

    private static void HyperbolicTangent(Draft d)
    {
        d.Expect("approx");
        PtxType type = d.Type(PtxType.F32);
        d.Unary(type, type, &Lanes.Unary<HyperbolicTangent, float, float>);
    }

    private static void CopySign(Draft d)
    {
        PtxType type = d.Type(PtxType.F32, PtxType.F64);
        d.Binary(type, type, type, type == PtxType.F32
            ? &Lanes.Binary<CopySign<float>, float, float>
            : &Lanes.Binary<CopySign<double>, double, double>);
    }
}
