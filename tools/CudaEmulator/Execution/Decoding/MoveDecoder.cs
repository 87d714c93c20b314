using SpecExecNative.CudaEmulator.Execution.Arithmetic;
using SpecExecNative.CudaEmulator.Execution.Memory;
using SpecExecNative.CudaEmulator.Ptx;
using SpecExecNative.CudaEmulator.Ptx.Syntax;
using unsafe Handler = delegate*<SpecExecNative.CudaEmulator.Execution.Warp, SpecExecNative.CudaEmulator.Execution.Instruction, uint, void>;

namespace SpecExecNative.CudaEmulator.Execution.Decoding;

/// <summary>mov, cvt, cvta and isspacep (PTX ISA, "Data Movement and Conversion Instructions").</summary>
internal static unsafe class MoveDecoder
{
    public static readonly Dictionary<string, Action<Draft>> Opcodes = new()
    {
        ["mov"] = Move,
        ["cvt"] = Convert,
        ["cvta"] = ConvertAddress,
        ["isspacep"] = IsSpace,
    };

    private static readonly PtxType[] Numbers =
    [
        PtxType.S8, PtxType.U8, PtxType.S16, PtxType.U16, PtxType.S32, PtxType.U32, PtxType.S64, PtxType.U64,
        PtxType.F16, PtxType.BF16, PtxType.F32, PtxType.F64,
    ];

    private static void Move(Draft d)
    {
        PtxType type = d.Type(
            PtxType.Pred, PtxType.B16, PtxType.U16, PtxType.S16, PtxType.F16, PtxType.BF16, PtxType.B32, PtxType.U32, PtxType.S32,
            PtxType.F32, PtxType.B64, PtxType.U64, PtxType.S64, PtxType.F64);
        d.Count(2);
        if (d.Operands[0].Kind == PtxOperandKind.Vector || d.Operands[1].Kind == PtxOperandKind.Vector)
        {
            MovePacked(d, type);
            return;
        }

        d.Result.D = d.Destination(0, type);
        if (type == PtxType.Pred)
        {
            MovePredicate(d);
            return;
        }

        if (d.Operands[1].Name is "%clock" or "%clock64" or "%globaltimer" or "%globaltimer_lo" or "%clock_hi")
        {
            bool wide = d.Operands[1].Name is "%clock64" or "%globaltimer";
            if (wide != (type.Bytes() == 8) || d.Operands[1].Name == "%clock_hi")
            {
                throw d.Error("this clock has another width");
            }

            d.Result.Width = type.Bytes();
            d.Execute(&MoveHandlers.ReadClock);
            return;
        }

        d.Result.A = d.Source(1, type);
        d.Execute(type.Bytes() == 8 ? &Lanes.VectorUnary<Copy<ulong>, ulong> : &Lanes.VectorUnary<Copy<uint>, uint>);
    }

    private static void MovePredicate(Draft d)
    {
        if (d.Operands[1].Kind == PtxOperandKind.Integer)
        {
            d.Result.Offset = d.Literal(1);
            d.Execute(&MoveHandlers.SetPredicate);
            return;
        }

        d.Result.A = d.Source(1, PtxType.Pred);
        d.Execute(&PredicateHandlers.Copy);
    }

    private static void MovePacked(Draft d, PtxType type)
    {
        bool unpacks = d.Operands[0].Kind == PtxOperandKind.Vector;
        int parts = d.Operands[unpacks ? 0 : 1].Elements.Count;
        int bits = parts is 2 or 4 ? 8 * type.Bytes() / parts : 0;
        if (type is not (PtxType.B32 or PtxType.B64) || bits is not (16 or 32))
        {
            throw d.Error("this packing is not known");
        }

        PtxType part = bits == 16 ? PtxType.B16 : PtxType.B32;
        d.Result.Vector = d.Vector(unpacks ? 0 : 1, part, parts, destination: unpacks);
        d.Result.Width = bits;
        d.Result.Flag = type.Bytes() == 8;
        if (unpacks)
        {
            d.Result.A = d.Source(1, type);
            d.Execute(&MoveHandlers.Unpack);
        }
        else
        {
            d.Result.D = d.Destination(0, type);
            d.Execute(&MoveHandlers.Pack);
        }
    }

    private static void Convert(Draft d)
    {
        Rounding rounding = d.TakeAny("rn", "rz", "rm", "rp", "rni", "rzi", "rmi", "rpi") switch
        {
            "rn" => Rounding.Nearest,
            "rz" => Rounding.Zero,
            "rm" => Rounding.Down,
            "rp" => Rounding.Up,
            "rni" => Rounding.NearestInteger,
            "rzi" => Rounding.ZeroInteger,
            "rmi" => Rounding.DownInteger,
            "rpi" => Rounding.UpInteger,
            _ => Rounding.None,
        };
        bool relu = d.Take("relu");
        bool flush = d.Take("ftz");
        bool saturate = d.Take("sat");
        PtxType to = d.Type([.. Numbers, PtxType.F16x2, PtxType.BF16x2]);
        PtxType from = d.Type(Numbers);
        if (to is PtxType.F16x2 or PtxType.BF16x2)
        {
            ConvertPair(d, to, from, rounding, relu, flush || saturate);
            return;
        }

        if (relu)
        {
            throw d.Error(".relu is known for pairs alone");
        }

        CheckRounding(d, to, from, rounding);
        d.Count(2);
        d.Result.D = d.Destination(d.Operands[0], to, orWider: true);
        d.Result.A = d.Source(d.Operands[1], from, orWider: true);
        d.Result.Flag = WidthOf(d, 0) == 8;
        d.Result.WideSource = d.Operands[1].Kind == PtxOperandKind.Name ? WidthOf(d, 1) == 8 : from.Bytes() == 8;
        bool exact = WidthOf(d, 0) == Math.Max(2, to.Bytes()) && WidthOf(d, 1) == Math.Max(2, from.Bytes());
        d.Result.Conversion = new Conversion(to, from, rounding, flush, saturate);
        Handler common = exact && !flush && !saturate ? Common(to, from, rounding) : null;
        d.Execute(common is null ? &ConversionHandlers.Any : common);
    }

    private static int WidthOf(Draft d, int operand) =>
        d.Operands[operand].Kind == PtxOperandKind.Name
            ? d.Statement.Scope.FindRegister(d.Operands[operand].Name)?.Type.Bytes() ?? 4
            : 0;

    private static Handler Common(PtxType to, PtxType from, Rounding rounding) => (to, from, rounding) switch
    {
        (PtxType.S64, PtxType.S32, _) => &Lanes.Unary<Resize<int, long>, int, long>,
        (PtxType.U64, PtxType.U32, _) => &Lanes.Unary<Resize<uint, ulong>, uint, ulong>,
        (PtxType.U32 or PtxType.S32, PtxType.U64 or PtxType.S64, _) => &Lanes.Unary<Resize<ulong, uint>, ulong, uint>,
        (PtxType.F32, PtxType.F16, Rounding.None) => &Lanes.Unary<WidenShort<HalfFormat>, uint, float>,
        (PtxType.F32, PtxType.BF16, Rounding.None) => &Lanes.Unary<WidenShort<BFloatFormat>, uint, float>,
        (PtxType.F16, PtxType.F32, Rounding.Nearest) => &Lanes.Unary<RoundToShort<HalfFormat>, float, uint>,
        (PtxType.BF16, PtxType.F32, Rounding.Nearest) => &Lanes.Unary<RoundToShort<BFloatFormat>, float, uint>,
        (PtxType.F32, PtxType.S32, Rounding.Nearest) => &Lanes.Unary<IntegerToSingle<int>, int, float>,
        (PtxType.F32, PtxType.U32, Rounding.Nearest) => &Lanes.Unary<IntegerToSingle<uint>, uint, float>,
        _ => null,
    };

    private static void ConvertPair(Draft d, PtxType to, PtxType from, Rounding rounding, bool relu, bool other)
    {
        if (from != PtxType.F32 || rounding != Rounding.Nearest || other)
        {
            throw d.Error("pairs are converted from f32, to nearest");
        }

        d.Binary(to, from, from, (to, relu) switch
        {
            (PtxType.F16x2, false) => &Lanes.Binary<RoundToPair<HalfFormat>, float, uint>,
            (PtxType.F16x2, true) => &Lanes.Binary<RoundToPairRelu<HalfFormat>, float, uint>,
            (_, false) => &Lanes.Binary<RoundToPair<BFloatFormat>, float, uint>,
            _ => &Lanes.Binary<RoundToPairRelu<BFloatFormat>, float, uint>,
        });
    }

    // PTX asks for a rounding exactly where one can happen.
    private static void CheckRounding(Draft d, PtxType to, PtxType from, Rounding rounding)
    {
        bool integral = rounding >= Rounding.NearestInteger;
        bool directed = rounding is >= Rounding.Nearest and <= Rounding.Up;
        bool valid = (from.IsFloat(), to.IsFloat()) switch
        {
            (true, false) => integral,
            (false, true) => directed && (to == PtxType.F32 || to == PtxType.F64 || rounding == Rounding.Nearest) && to != PtxType.BF16,
            (false, false) => rounding == Rounding.None,
            _ when to == from => integral || rounding == Rounding.None,
            _ when to.Bytes() > from.Bytes() => rounding == Rounding.None,
            _ => directed && (to == PtxType.F32 || rounding is Rounding.Nearest or Rounding.Zero) && (from != PtxType.F64 || to != PtxType.BF16),
        };
        bool inexactDirected = directed && rounding != Rounding.Nearest && from is PtxType.S64 or PtxType.U64;
        if (!valid || inexactDirected)
        {
            throw d.Error("this conversion is not known with this rounding");
        }
    }

    private static void ConvertAddress(Draft d)
    {
        bool to = d.Take("to");
        StateSpace space = Space(d, d.Expect("global", "shared::cta", "shared", "local", "const", "param"));
        PtxType type = d.Type(PtxType.U64);
        d.Unary(type, type, &MoveHandlers.ConvertAddress);
        ulong window = AddressSpaces.WindowOf(space);
        d.Result.Offset = (long)(to ? 0 - window : window);
    }

    private static void IsSpace(Draft d)
    {
        d.Result.Space = Space(d, d.Expect("global", "shared::cta", "shared", "local"));
        d.Unary(PtxType.Pred, PtxType.U64, &MoveHandlers.IsSpace);
    }

    private static StateSpace Space(Draft d, string name) => name switch
    {
        "global" => StateSpace.Global,
        "local" => StateSpace.Local,
        "const" => StateSpace.Constant,
        "param" => throw d.Error("addresses of parameters are not known"),
        _ => StateSpace.Shared,
    };
}
