using SpecExecNative.CudaEmulator.Execution.Arithmetic;
using SpecExecNative.CudaEmulator.Ptx;
using unsafe Handler = delegate*<SpecExecNative.CudaEmulator.Execution.Warp, SpecExecNative.CudaEmulator.Execution.Instruction, uint, void>;

namespace SpecExecNative.CudaEmulator.Execution.Decoding;

/// <summary>Logic, shifts and bit fields (PTX ISA, "Logic and Shift Instructions" and the bit-field ones).</summary>
internal static unsafe class BitDecoder
{
    public static readonly Dictionary<string, Action<Draft>> Opcodes = new()
    {
        ["and"] = d => Logic<And<uint>, And<ulong>>(d, &PredicateHandlers.And),
        ["or"] = d => Logic<Or<uint>, Or<ulong>>(d, &PredicateHandlers.Or),
        ["xor"] = d => Logic<ExclusiveOr<uint>, ExclusiveOr<ulong>>(d, &PredicateHandlers.ExclusiveOr),
        ["not"] = Not,
        ["cnot"] = LogicalNot,
        ["shl"] = ShiftLeft,
        ["shr"] = ShiftRight,
        ["shf"] = FunnelShift,
        ["popc"] = d => Count(d, &Lanes.Unary<PopulationCount<uint>, uint, uint>, &Lanes.Unary<PopulationCount<ulong>, ulong, uint>),
        ["clz"] = d => Count(d, &Lanes.Unary<LeadingZeros<uint>, uint, uint>, &Lanes.Unary<LeadingZeros<ulong>, ulong, uint>),
        ["brev"] = Reverse,
        ["bfind"] = FindHighest,
        ["bfe"] = Extract,
        ["bfi"] = Insert,
        ["prmt"] = Permute,
        ["lop3"] = LookUp,
    };

    private static void Logic<TWord, TLong>(Draft d, Handler predicates)
        where TWord : IVectorBinary<uint>
        where TLong : IVectorBinary<ulong>
    {
        PtxType type = d.Type(PtxType.Pred, PtxType.B16, PtxType.B32, PtxType.B64);
        d.Binary(type, type, type, type switch
        {
            PtxType.Pred => predicates,
            PtxType.B64 => &Lanes.VectorBinary<TLong, ulong>,
            _ => &Lanes.VectorBinary<TWord, uint>,
        });
    }

    private static void Not(Draft d)
    {
        PtxType type = d.Type(PtxType.Pred, PtxType.B16, PtxType.B32, PtxType.B64);
        d.Unary(type, type, type switch
        {
            PtxType.Pred => &PredicateHandlers.Not,
            PtxType.B16 => &Lanes.Unary<NarrowUnary<Not<ushort>, ushort>, uint, uint>,
            PtxType.B32 => &Lanes.VectorUnary<Not<uint>, uint>,
            _ => &Lanes.VectorUnary<Not<ulong>, ulong>,
        });
    }

    private static void LogicalNot(Draft d)
    {
        PtxType type = d.Type(PtxType.B16, PtxType.B32, PtxType.B64);
        d.Unary(type, type, type == PtxType.B64
            ? &Lanes.Unary<LogicalNot<ulong>, ulong, ulong>
            : &Lanes.Unary<LogicalNot<uint>, uint, uint>);
    }

    private static void ShiftLeft(Draft d)
    {
        PtxType type = d.Type(PtxType.B16, PtxType.B32, PtxType.B64);
        Shift(d, type, type switch
        {
            PtxType.B16 => &Lanes.Binary<ShiftLeft16, uint, uint>,
            PtxType.B32 => &Lanes.Binary<ShiftLeft32, uint, uint>,
            _ => &Lanes.Ternary<ShiftLeft64, ulong, uint, ulong>,
        });
    }

    private static void ShiftRight(Draft d)
    {
        PtxType type = d.Type(
            PtxType.B16, PtxType.U16, PtxType.S16, PtxType.B32, PtxType.U32, PtxType.S32, PtxType.B64, PtxType.U64, PtxType.S64);
        Shift(d, type, type switch
        {
            PtxType.S16 => &Lanes.Binary<ShiftRightSigned16, uint, uint>,
            PtxType.S32 => &Lanes.Binary<ShiftRightSigned32, uint, uint>,
            PtxType.S64 => &Lanes.Ternary<ShiftRightSigned64, ulong, uint, ulong>,
            _ => type.Bytes() switch
            {
                2 => &Lanes.Binary<ShiftRight16, uint, uint>,
                4 => &Lanes.Binary<ShiftRight32, uint, uint>,
                _ => &Lanes.Ternary<ShiftRight64, ulong, uint, ulong>,
            },
        });
    }

    // The amount has 32 bits whatever is shifted, so the 64-bit forms take it as a third source.
    private static void Shift(Draft d, PtxType type, Handler handler)
    {
        d.Binary(type, type, PtxType.U32, handler);
        d.Result.C = d.Result.B;
        if (type.Bytes() == 8)
        {
            d.Result.B = d.Result.A;
        }
    }

    private static void FunnelShift(Draft d)
    {
        string direction = d.Expect("l", "r");
        string mode = d.Expect("clamp", "wrap");
        PtxType type = d.Type(PtxType.B32);
        d.Ternary(type, type, PtxType.U32, (direction, mode) switch
        {
            ("l", "clamp") => &Lanes.Ternary<FunnelLeftClamp, uint, uint, uint>,
            ("l", _) => &Lanes.Ternary<FunnelLeftWrap, uint, uint, uint>,
            (_, "clamp") => &Lanes.Ternary<FunnelRightClamp, uint, uint, uint>,
            _ => &Lanes.Ternary<FunnelRightWrap, uint, uint, uint>,
        });
    }

    private static void Count(Draft d, Handler word, Handler wide)
    {
        PtxType type = d.Type(PtxType.B32, PtxType.B64);
        d.Unary(PtxType.U32, type, type == PtxType.B32 ? word : wide);
    }

    private static void Reverse(Draft d)
    {
        PtxType type = d.Type(PtxType.B32, PtxType.B64);
        d.Unary(type, type, type == PtxType.B32
            ? &Lanes.Unary<ReverseBits<uint>, uint, uint>
            : &Lanes.Unary<ReverseBits<ulong>, ulong, ulong>);
    }

    private static void FindHighest(Draft d)
    {
        bool shift = d.Take("shiftamt");
        PtxType type = d.Type(PtxType.U32, PtxType.S32, PtxType.U64, PtxType.S64);
        d.Unary(PtxType.U32, type, (type, shift) switch
        {
            (PtxType.U32, false) => &Lanes.Unary<HighestBit<uint>, uint, uint>,
            (PtxType.S32, false) => &Lanes.Unary<HighestBit<int>, int, uint>,
            (PtxType.U64, false) => &Lanes.Unary<HighestBit<ulong>, ulong, uint>,
            (PtxType.S64, false) => &Lanes.Unary<HighestBit<long>, long, uint>,
            (PtxType.U32, true) => &Lanes.Unary<HighestBitShift<uint>, uint, uint>,
            (PtxType.S32, true) => &Lanes.Unary<HighestBitShift<int>, int, uint>,
            (PtxType.U64, true) => &Lanes.Unary<HighestBitShift<ulong>, ulong, uint>,
            _ => &Lanes.Unary<HighestBitShift<long>, long, uint>,
        });
    }

    private static void Extract(Draft d)
    {
        PtxType type = d.Type(PtxType.U32, PtxType.S32, PtxType.U64, PtxType.S64);
        d.Count(4);
        d.Result.D = d.Destination(0, type);
        d.Result.A = d.Source(1, type);
        d.Result.B = d.Source(2, PtxType.U32);
        d.Result.C = d.Source(3, PtxType.U32);
        d.Result.Width = type.Bytes();
        d.Result.Flag = type.IsSigned();
        d.Execute(&BitFieldHandlers.Extract);
    }

    private static void Insert(Draft d)
    {
        PtxType type = d.Type(PtxType.B32, PtxType.B64);
        d.Count(5);
        d.Result.D = d.Destination(0, type);
        d.Result.A = d.Source(1, type);
        d.Result.B = d.Source(2, type);
        d.Result.C = d.Source(3, PtxType.U32);
        d.Result.E = d.Source(4, PtxType.U32);
        d.Result.Width = type.Bytes();
        d.Execute(&BitFieldHandlers.Insert);
    }

    private static void Permute(Draft d)
    {
        PtxType type = d.Type(PtxType.B32);
        d.Ternary(type, type, type, &Lanes.Ternary<PermuteBytes, uint, uint, uint>);
    }

    private static void LookUp(Draft d)
    {
        PtxType type = d.Type(PtxType.B32);
        d.Count(5);
        d.Result.D = d.Destination(0, type);
        d.Result.A = d.Source(1, type);
        d.Result.B = d.Source(2, type);
        d.Result.C = d.Source(3, type);
        d.Result.Offset = d.Literal(4);
        if (d.Result.Offset is < 0 or > 255)
        {
            throw d.Error("the table of lop3 has 8 bits");
        }

        d.Execute(&BitFieldHandlers.LookUp);
    }
}
