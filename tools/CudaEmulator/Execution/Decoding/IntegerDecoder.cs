using SpecExecNative.CudaEmulator.Execution.Arithmetic;
using SpecExecNative.CudaEmulator.Ptx;
using unsafe Handler = delegate*<SpecExecNative.CudaEmulator.Execution.Warp, SpecExecNative.CudaEmulator.Execution.Instruction, uint, void>;

namespace SpecExecNative.CudaEmulator.Execution.Decoding;

/// <summary>Integer arithmetic (PTX ISA, "Integer Arithmetic Instructions"). Opcodes that floats share are handed
/// over.</summary>
internal static unsafe class IntegerDecoder
{
    public static readonly Dictionary<string, Action<Draft>> Opcodes = new()
    {
        ["add"] = d => Either(d, FloatDecoder.Add, Add),
        ["sub"] = d => Either(d, FloatDecoder.Subtract, Subtract),
        ["mul"] = d => Either(d, FloatDecoder.Multiply, Multiply),
        ["mad"] = d => Either(d, FloatDecoder.FusedMultiplyAdd, MultiplyAdd),
        ["div"] = d => Either(d, FloatDecoder.Divide, Divide),
        ["rem"] = Remainder,
        ["min"] = d => Either(d, FloatDecoder.Minimum, Minimum),
        ["max"] = d => Either(d, FloatDecoder.Maximum, Maximum),
        ["neg"] = d => Either(d, FloatDecoder.Negate, Negate),
        ["abs"] = d => Either(d, FloatDecoder.Absolute, Absolute),
        ["dp4a"] = DotProduct,
    };

    private static void Either(Draft d, Action<Draft> floats, Action<Draft> integers) => (d.IsFloat ? floats : integers)(d);

    private static PtxType Type(Draft d) =>
        d.Type(PtxType.U16, PtxType.S16, PtxType.U32, PtxType.S32, PtxType.U64, PtxType.S64);

    private static void Add(Draft d)
    {
        PtxType type = Type(d);
        Handler handler = type.Bytes() switch
        {
            2 => &Lanes.Binary<Narrow<Add<ushort>, ushort>, uint, uint>,
            4 => &Lanes.VectorBinary<Add<uint>, uint>,
            _ => &Lanes.VectorBinary<Add<ulong>, ulong>,
        };
        d.Binary(type, type, type, handler);
    }

    private static void Subtract(Draft d)
    {
        PtxType type = Type(d);
        Handler handler = type.Bytes() switch
        {
            2 => &Lanes.Binary<Narrow<Subtract<ushort>, ushort>, uint, uint>,
            4 => &Lanes.VectorBinary<Subtract<uint>, uint>,
            _ => &Lanes.VectorBinary<Subtract<ulong>, ulong>,
        };
        d.Binary(type, type, type, handler);
    }

    private static void Multiply(Draft d)
    {
        string part = d.Expect("lo", "hi", "wide");
        PtxType type = Type(d);
        if (part == "wide")
        {
            d.Binary(Wide(d, type), type, type, type switch
            {
                PtxType.U16 => &Lanes.Binary<NarrowWide<ushort>, uint, uint>,
                PtxType.S16 => &Lanes.Binary<NarrowWide<short>, uint, uint>,
                PtxType.U32 => &Lanes.Binary<MultiplyWide<uint, ulong>, uint, ulong>,
                _ => &Lanes.Binary<MultiplyWide<int, long>, int, long>,
            });
            return;
        }

        Handler handler = (part, type) switch
        {
            ("lo", PtxType.U16 or PtxType.S16) => &Lanes.Binary<Narrow<Multiply<ushort>, ushort>, uint, uint>,
            ("lo", PtxType.U32 or PtxType.S32) => &Lanes.VectorBinary<Multiply<uint>, uint>,
            ("lo", _) => &Lanes.VectorBinary<Multiply<ulong>, ulong>,
            (_, PtxType.U16) => &Lanes.Binary<Narrow<MultiplyHigh<ushort>, ushort>, uint, uint>,
            (_, PtxType.S16) => &Lanes.Binary<Narrow<MultiplyHigh<short>, short>, uint, uint>,
            (_, PtxType.U32) => &Lanes.Binary<MultiplyHigh<uint>, uint, uint>,
            (_, PtxType.S32) => &Lanes.Binary<MultiplyHigh<int>, int, int>,
            (_, PtxType.U64) => &Lanes.Binary<MultiplyHigh<ulong>, ulong, ulong>,
            _ => &Lanes.Binary<MultiplyHigh<long>, long, long>,
        };
        d.Binary(type, type, type, handler);
    }

    private static void MultiplyAdd(Draft d)
    {
        string part = d.Expect("lo", "hi", "wide");
        PtxType type = Type(d);
        if (part == "wide")
        {
            PtxType wide = Wide(d, type);
            d.Ternary(wide, type, wide, type switch
            {
                PtxType.U16 => &Lanes.Ternary<NarrowWide<ushort>, uint, uint, uint>,
                PtxType.S16 => &Lanes.Ternary<NarrowWide<short>, uint, uint, uint>,
                PtxType.U32 => &Lanes.Ternary<MultiplyWideAdd<uint, ulong>, uint, ulong, ulong>,
                _ => &Lanes.Ternary<MultiplyWideAdd<int, long>, int, long, long>,
            });
            return;
        }

        Handler handler = (part, type) switch
        {
            ("lo", PtxType.U16 or PtxType.S16) => &Lanes.Ternary<NarrowTernary<MultiplyAdd<ushort>, ushort>, uint, uint, uint>,
            ("lo", PtxType.U32 or PtxType.S32) => &Lanes.VectorTernary<MultiplyAdd<uint>, uint>,
            ("lo", _) => &Lanes.VectorTernary<MultiplyAdd<ulong>, ulong>,
            (_, PtxType.U16) => &Lanes.Ternary<NarrowTernary<MultiplyHighAdd<ushort>, ushort>, uint, uint, uint>,
            (_, PtxType.S16) => &Lanes.Ternary<NarrowTernary<MultiplyHighAdd<short>, short>, uint, uint, uint>,
            (_, PtxType.U32) => &Lanes.Ternary<MultiplyHighAdd<uint>, uint, uint, uint>,
            (_, PtxType.S32) => &Lanes.Ternary<MultiplyHighAdd<int>, int, int, int>,
            (_, PtxType.U64) => &Lanes.Ternary<MultiplyHighAdd<ulong>, ulong, ulong, ulong>,
            _ => &Lanes.Ternary<MultiplyHighAdd<long>, long, long, long>,
        };
        d.Ternary(type, type, type, handler);
    }

    private static PtxType Wide(Draft d, PtxType type) => type.Bytes() switch
    {
        2 => PtxType.U32,
        4 => PtxType.U64,
        _ => throw d.Error("there is no 128-bit product"),
    };

    private static void Divide(Draft d)
    {
        PtxType type = Type(d);
        d.Binary(type, type, type, type switch
        {
            PtxType.U16 => &Lanes.Binary<Narrow<Divide<ushort>, ushort>, uint, uint>,
            PtxType.S16 => &Lanes.Binary<Narrow<Divide<short>, short>, uint, uint>,
            PtxType.U32 => &Lanes.Binary<Divide<uint>, uint, uint>,
            PtxType.S32 => &Lanes.Binary<Divide<int>, int, int>,
            PtxType.U64 => &Lanes.Binary<Divide<ulong>, ulong, ulong>,
            _ => &Lanes.Binary<Divide<long>, long, long>,
        });
    }

    private static void Remainder(Draft d)
    {
        PtxType type = Type(d);
        d.Binary(type, type, type, type switch
        {
            PtxType.U16 => &Lanes.Binary<Narrow<Remainder<ushort>, ushort>, uint, uint>,
            PtxType.S16 => &Lanes.Binary<Narrow<Remainder<short>, short>, uint, uint>,
            PtxType.U32 => &Lanes.Binary<Remainder<uint>, uint, uint>,
            PtxType.S32 => &Lanes.Binary<Remainder<int>, int, int>,
            PtxType.U64 => &Lanes.Binary<Remainder<ulong>, ulong, ulong>,
            _ => &Lanes.Binary<Remainder<long>, long, long>,
        });
    }

    private static void Minimum(Draft d)
    {
        PtxType type = Type(d);
        d.Binary(type, type, type, type switch
        {
            PtxType.U16 => &Lanes.Binary<Narrow<Minimum<ushort>, ushort>, uint, uint>,
            PtxType.S16 => &Lanes.Binary<Narrow<Minimum<short>, short>, uint, uint>,
            PtxType.U32 => &Lanes.VectorBinary<Minimum<uint>, uint>,
            PtxType.S32 => &Lanes.VectorBinary<Minimum<int>, int>,
            PtxType.U64 => &Lanes.VectorBinary<Minimum<ulong>, ulong>,
            _ => &Lanes.VectorBinary<Minimum<long>, long>,
        });
    }

    private static void Maximum(Draft d)
    {
        PtxType type = Type(d);
        d.Binary(type, type, type, type switch
        {
            PtxType.U16 => &Lanes.Binary<Narrow<Maximum<ushort>, ushort>, uint, uint>,
            PtxType.S16 => &Lanes.Binary<Narrow<Maximum<short>, short>, uint, uint>,
            PtxType.U32 => &Lanes.VectorBinary<Maximum<uint>, uint>,
            PtxType.S32 => &Lanes.VectorBinary<Maximum<int>, int>,
            PtxType.U64 => &Lanes.VectorBinary<Maximum<ulong>, ulong>,
            _ => &Lanes.VectorBinary<Maximum<long>, long>,
        });
    }

    private static void Negate(Draft d)
    {
        PtxType type = d.Type(PtxType.S16, PtxType.S32, PtxType.S64);
        d.Unary(type, type, type switch
        {
            PtxType.S16 => &Lanes.Unary<NarrowUnary<Negate<short>, short>, uint, uint>,
            PtxType.S32 => &Lanes.VectorUnary<Negate<int>, int>,
            _ => &Lanes.VectorUnary<Negate<long>, long>,
        });
    }

    private static void Absolute(Draft d)
    {
        PtxType type = d.Type(PtxType.S16, PtxType.S32, PtxType.S64);
        d.Unary(type, type, type switch
        {
            PtxType.S16 => &Lanes.Unary<NarrowUnary<Absolute<short>, short>, uint, uint>,
            PtxType.S32 => &Lanes.Unary<Absolute<int>, int, int>,
            _ => &Lanes.Unary<Absolute<long>, long, long>,
        });
    }

    private static void DotProduct(Draft d)
    {
        PtxType type = d.Type(PtxType.U32, PtxType.S32);
        if (d.Type(PtxType.U32, PtxType.S32) != type)
        {
            throw d.Error("dp4a of two signs is not known");
        }

        d.Ternary(type, type, type, type == PtxType.S32
            ? &Lanes.Ternary<DotProduct4, uint, uint, uint>
            : &Lanes.Ternary<DotProduct4Unsigned, uint, uint, uint>);
    }
}
