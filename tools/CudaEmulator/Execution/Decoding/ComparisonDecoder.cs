using SpecExecNative.CudaEmulator.Execution.Arithmetic;
using SpecExecNative.CudaEmulator.Ptx;
using SpecExecNative.CudaEmulator.Ptx.Syntax;
using unsafe Handler = delegate*<SpecExecNative.CudaEmulator.Execution.Warp, SpecExecNative.CudaEmulator.Execution.Instruction, uint, void>;

namespace SpecExecNative.CudaEmulator.Execution.Decoding;

/// <summary>setp, selp, testp and slct (PTX ISA, "Comparison and Selection Instructions").</summary>
internal static unsafe class ComparisonDecoder
{
    public static readonly Dictionary<string, Action<Draft>> Opcodes = new()
    {
        ["setp"] = SetPredicate,
        ["selp"] = Select,
        ["testp"] = Test,
    };

    private static readonly string[] Orders =
    [
        "eq", "ne", "lt", "le", "gt", "ge", "lo", "ls", "hi", "hs",
        "equ", "neu", "ltu", "leu", "gtu", "geu", "num", "nan",
    ];

    private static void SetPredicate(Draft d)
    {
        string order = d.Expect(Orders);
        d.Result.Combine = d.TakeAny("and", "or", "xor") switch
        {
            "and" => PredicateCombine.And,
            "or" => PredicateCombine.Or,
            "xor" => PredicateCombine.Xor,
            _ => PredicateCombine.None,
        };
        bool flush = d.Take("ftz");
        PtxType type = d.Type(
            PtxType.B16, PtxType.U16, PtxType.S16, PtxType.B32, PtxType.U32, PtxType.S32, PtxType.B64, PtxType.U64, PtxType.S64,
            PtxType.F16, PtxType.BF16, PtxType.F32, PtxType.F64);
        bool combined = d.Result.Combine != PredicateCombine.None;
        d.Count(combined ? 4 : 3);
        PtxOperand target = d.Operands[0];
        d.Result.D = d.Destination(target.Kind == PtxOperandKind.Pair ? target.Elements[0] : target, PtxType.Pred);
        d.Result.E = target.Kind == PtxOperandKind.Pair ? d.Destination(target.Elements[1], PtxType.Pred) : -1;
        d.Result.A = d.Source(1, type);
        d.Result.B = d.Source(2, type);
        if (combined)
        {
            d.Result.C = d.Predicate(d.Operands[3], out d.Result.ThirdNegated);
        }

        if (flush && type != PtxType.F32)
        {
            throw d.Error(".ftz is known for f32 alone");
        }

        d.Execute(type switch
        {
            PtxType.F32 when flush => Flushed(d, order),
            PtxType.F32 => Floats<float>(d, order),
            PtxType.F64 => Floats<double>(d, order),
            PtxType.F16 => Short<HalfFormat>(d, order),
            PtxType.BF16 => Short<BFloatFormat>(d, order),
            PtxType.B16 or PtxType.U16 => Narrow<ushort>(d, order),
            PtxType.S16 => Narrow<short>(d, order),
            PtxType.B32 or PtxType.U32 => Integers<uint>(d, order, type),
            PtxType.S32 => Integers<int>(d, order, type),
            PtxType.B64 or PtxType.U64 => Integers<ulong>(d, order, type),
            _ => Integers<long>(d, order, type),
        });
    }

    private static Handler Integers<T>(Draft d, string order, PtxType type)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        bool equalityOnly = type is PtxType.B32 or PtxType.B64;
        if ((equalityOnly && order is not ("eq" or "ne")) || (type.IsSigned() && order is "lo" or "ls" or "hi" or "hs"))
        {
            throw d.Error("this comparison is not known for this type");
        }

        return order switch
        {
            "eq" => &Lanes.VectorCompare<Equal<T>, T>,
            "ne" => &Lanes.VectorCompare<NotEqual<T>, T>,
            "lt" or "lo" => &Lanes.VectorCompare<Less<T>, T>,
            "le" or "ls" => &Lanes.VectorCompare<LessOrEqual<T>, T>,
            "gt" or "hi" => &Lanes.VectorCompare<Greater<T>, T>,
            "ge" or "hs" => &Lanes.VectorCompare<GreaterOrEqual<T>, T>,
            _ => throw d.Error("this comparison is for floats"),
        };
    }

    private static Handler Narrow<T>(Draft d, string order)
        where T : unmanaged, System.Numerics.IBinaryInteger<T> => order switch
        {
            "eq" => &Lanes.Compare<NarrowComparison<Equal<T>, T>, uint>,
            "ne" => &Lanes.Compare<NarrowComparison<NotEqual<T>, T>, uint>,
            "lt" or "lo" => &Lanes.Compare<NarrowComparison<Less<T>, T>, uint>,
            "le" or "ls" => &Lanes.Compare<NarrowComparison<LessOrEqual<T>, T>, uint>,
            "gt" or "hi" => &Lanes.Compare<NarrowComparison<Greater<T>, T>, uint>,
            "ge" or "hs" => &Lanes.Compare<NarrowComparison<GreaterOrEqual<T>, T>, uint>,
            _ => throw d.Error("this comparison is for floats"),
        };

    private static Handler Floats<T>(Draft d, string order)
        where T : unmanaged, System.Numerics.INumber<T> => order switch
        {
            "eq" => &Lanes.VectorCompare<Equal<T>, T>,
            "ne" => &Lanes.Compare<OrderedNotEqual<T>, T>,
            "lt" => &Lanes.VectorCompare<Less<T>, T>,
            "le" => &Lanes.VectorCompare<LessOrEqual<T>, T>,
            "gt" => &Lanes.VectorCompare<Greater<T>, T>,
            "ge" => &Lanes.VectorCompare<GreaterOrEqual<T>, T>,
            "equ" => &Lanes.Compare<EqualOrUnordered<T>, T>,
            "neu" => &Lanes.VectorCompare<NotEqual<T>, T>,
            "ltu" => &Lanes.Compare<Unordered<GreaterOrEqual<T>, T>, T>,
            "leu" => &Lanes.Compare<Unordered<Greater<T>, T>, T>,
            "gtu" => &Lanes.Compare<Unordered<LessOrEqual<T>, T>, T>,
            "geu" => &Lanes.Compare<Unordered<Less<T>, T>, T>,
            "num" => &Lanes.Compare<BothNumbers<T>, T>,
            "nan" => &Lanes.Compare<AnyNaN<T>, T>,
            _ => throw d.Error("this comparison is for unsigned integers"),
        };

    private static Handler Flushed(Draft d, string order) => order switch
    {
        "eq" => &Lanes.Compare<FlushComparison<Equal<float>>, float>,
        "ne" => &Lanes.Compare<FlushComparison<OrderedNotEqual<float>>, float>,
        "lt" => &Lanes.Compare<FlushComparison<Less<float>>, float>,
        "le" => &Lanes.Compare<FlushComparison<LessOrEqual<float>>, float>,
        "gt" => &Lanes.Compare<FlushComparison<Greater<float>>, float>,
        "ge" => &Lanes.Compare<FlushComparison<GreaterOrEqual<float>>, float>,
        "neu" => &Lanes.Compare<FlushComparison<NotEqual<float>>, float>,
        "nan" => &Lanes.Compare<AnyNaN<float>, float>,
        _ => throw d.Error("this comparison is not known with .ftz"),
    };

    private static Handler Short<TFormat>(Draft d, string order)
        where TFormat : IShortFloat => order switch
        {
            "eq" => &Lanes.Compare<ShortComparison<TFormat, Equal<float>>, uint>,
            "ne" => &Lanes.Compare<ShortComparison<TFormat, OrderedNotEqual<float>>, uint>,
            "lt" => &Lanes.Compare<ShortComparison<TFormat, Less<float>>, uint>,
            "le" => &Lanes.Compare<ShortComparison<TFormat, LessOrEqual<float>>, uint>,
            "gt" => &Lanes.Compare<ShortComparison<TFormat, Greater<float>>, uint>,
            "ge" => &Lanes.Compare<ShortComparison<TFormat, GreaterOrEqual<float>>, uint>,
            "neu" => &Lanes.Compare<ShortComparison<TFormat, NotEqual<float>>, uint>,
            "nan" => &Lanes.Compare<ShortComparison<TFormat, AnyNaN<float>>, uint>,
            _ => throw d.Error("this comparison is not known for 16-bit floats"),
        };

    private static void Select(Draft d)
    {
        PtxType type = d.Type(
            PtxType.B16, PtxType.U16, PtxType.S16, PtxType.B32, PtxType.U32, PtxType.S32, PtxType.F32,
            PtxType.B64, PtxType.U64, PtxType.S64, PtxType.F64);
        d.Count(4);
        d.Result.D = d.Destination(0, type);
        d.Result.A = d.Source(1, type);
        d.Result.B = d.Source(2, type);
        d.Result.C = d.Predicate(d.Operands[3], out d.Result.ThirdNegated);
        d.Execute(type.Bytes() == 8 ? &MoveHandlers.Select<ulong> : &MoveHandlers.Select<uint>);
    }

    private static void Test(Draft d)
    {
        string property = d.Expect("finite", "infinite", "number", "notanumber", "normal", "subnormal");
        PtxType type = d.Type(PtxType.F32, PtxType.F64);
        d.Unary(PtxType.Pred, type, (property, type) switch
        {
            ("finite", PtxType.F32) => &MoveHandlers.Test<FloatProperties.Finite<float>, float>,
            ("infinite", PtxType.F32) => &MoveHandlers.Test<FloatProperties.Infinite<float>, float>,
            ("number", PtxType.F32) => &MoveHandlers.Test<FloatProperties.Number<float>, float>,
            ("notanumber", PtxType.F32) => &MoveHandlers.Test<FloatProperties.NotANumber<float>, float>,
            ("normal", PtxType.F32) => &MoveHandlers.Test<FloatProperties.Normal<float>, float>,
            ("subnormal", PtxType.F32) => &MoveHandlers.Test<FloatProperties.Subnormal<float>, float>,
            ("finite", _) => &MoveHandlers.Test<FloatProperties.Finite<double>, double>,
            ("infinite", _) => &MoveHandlers.Test<FloatProperties.Infinite<double>, double>,
            ("number", _) => &MoveHandlers.Test<FloatProperties.Number<double>, double>,
            ("notanumber", _) => &MoveHandlers.Test<FloatProperties.NotANumber<double>, double>,
            ("normal", _) => &MoveHandlers.Test<FloatProperties.Normal<double>, double>,
            _ => &MoveHandlers.Test<FloatProperties.Subnormal<double>, double>,
        });
    }
}
