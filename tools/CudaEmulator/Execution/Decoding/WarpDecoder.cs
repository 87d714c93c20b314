using SpecExecNative.CudaEmulator.Execution.Collectives;
using SpecExecNative.CudaEmulator.Ptx;
using SpecExecNative.CudaEmulator.Ptx.Syntax;
using unsafe Handler = delegate*<SpecExecNative.CudaEmulator.Execution.Warp, SpecExecNative.CudaEmulator.Execution.Instruction, uint, void>;

namespace SpecExecNative.CudaEmulator.Execution.Decoding;

/// <summary>What the lanes of a warp do together: shuffles, votes, matches, reductions, matrix operations.</summary>
internal static unsafe class WarpDecoder
{
    public static readonly Dictionary<string, Action<Draft>> Opcodes = new()
    {
        ["shfl"] = Shuffle,
        ["vote"] = Vote,
        ["match"] = Match,
        ["redux"] = Reduce,
        ["activemask"] = ActiveMask,
        ["mma"] = Mma,
        ["ldmatrix"] = LoadMatrix,
        ["movmatrix"] = MoveMatrix,
    };

    /// <summary>Makes the instruction wait for the lanes of a mask operand.</summary>
    public static void Members(Draft d, int operand)
    {
        d.Result.Kind = InstructionKind.Collective;
        d.Result.Members = d.Source(operand, PtxType.B32);
        if (d.Operands[operand].Kind == PtxOperandKind.Integer)
        {
            d.Result.ConstantMembers = (uint)d.Operands[operand].Bits;
        }
    }

    private static void Shuffle(Draft d)
    {
        d.Expect("sync");
        string mode = d.Expect("up", "down", "bfly", "idx");
        d.Type(PtxType.B32);
        d.Count(5);
        PtxOperand target = d.Operands[0];
        bool pair = target.Kind == PtxOperandKind.Pair;
        d.Result.D = d.Destination(pair ? target.Elements[0] : target, PtxType.B32);
        d.Result.E = pair ? d.Destination(target.Elements[1], PtxType.Pred) : -1;
        d.Result.A = d.Source(1, PtxType.B32);
        d.Result.B = d.Source(2, PtxType.B32);
        d.Result.C = d.Source(3, PtxType.B32);
        Members(d, 4);
        d.Execute(mode switch
        {
            "up" => &ShuffleHandlers.Up,
            "down" => &ShuffleHandlers.Down,
            "bfly" => &ShuffleHandlers.Butterfly,
            _ => &ShuffleHandlers.Indexed,
        });
    }

    private static void Vote(Draft d)
    {
        d.Expect("sync");
        string mode = d.Expect("all", "any", "uni", "ballot");
        PtxType type = d.Type(mode == "ballot" ? PtxType.B32 : PtxType.Pred);
        d.Count(3);
        d.Result.D = d.Destination(0, type);
        d.Result.A = d.Predicate(d.Operands[1], out d.Result.ThirdNegated);
        Members(d, 2);
        d.Execute(mode switch
        {
            "all" => &VoteHandlers.All,
            "any" => &VoteHandlers.Any,
            "uni" => &VoteHandlers.Uniform,
            _ => &VoteHandlers.Ballot,
        });
    }

    private static void Match(Draft d)
    {
        string mode = d.Expect("any", "all");
        d.Expect("sync");
        PtxType type = d.Type(PtxType.B32, PtxType.B64);
        d.Count(3);
        PtxOperand target = d.Operands[0];
        bool pair = target.Kind == PtxOperandKind.Pair;
        if (pair && mode == "any")
        {
            throw d.Error("match.any has no predicate");
        }

        d.Result.D = d.Destination(pair ? target.Elements[0] : target, PtxType.B32);
        d.Result.E = pair ? d.Destination(target.Elements[1], PtxType.Pred) : -1;
        d.Result.A = d.Source(1, type);
        d.Result.Width = type.Bytes();
        Members(d, 2);
        d.Execute(mode == "any" ? &VoteHandlers.MatchAny : &VoteHandlers.MatchAll);
    }

    private static void Reduce(Draft d)
    {
        d.Expect("sync");
        string operation = d.Expect("add", "min", "max", "and", "or", "xor");
        PtxType type = operation is "and" or "or" or "xor" ? d.Type(PtxType.B32) : d.Type(PtxType.U32, PtxType.S32);
        d.Count(3);
        d.Result.D = d.Destination(0, type);
        d.Result.A = d.Source(1, type);
        Members(d, 2);
        Handler handler = (operation, type) switch
        {
            ("add", _) => &VoteHandlers.Reduce<Arithmetic.Add<uint>, uint>,
            ("min", PtxType.U32) => &VoteHandlers.Reduce<Arithmetic.Minimum<uint>, uint>,
            ("min", _) => &VoteHandlers.Reduce<Arithmetic.Minimum<int>, int>,
            ("max", PtxType.U32) => &VoteHandlers.Reduce<Arithmetic.Maximum<uint>, uint>,
            ("max", _) => &VoteHandlers.Reduce<Arithmetic.Maximum<int>, int>,
            ("and", _) => &VoteHandlers.Reduce<Arithmetic.And<uint>, uint>,
            ("or", _) => &VoteHandlers.Reduce<Arithmetic.Or<uint>, uint>,
            _ => &VoteHandlers.Reduce<Arithmetic.ExclusiveOr<uint>, uint>,
        };
        d.Execute(handler);
    }

    private static void ActiveMask(Draft d)
    {
        d.Type(PtxType.B32);
        d.Count(1);
        d.Result.D = d.Destination(0, PtxType.B32);
        d.Execute(&VoteHandlers.ActiveMask);
    }

    private static void Mma(Draft d)
    {
        d.Expect("sync");
        d.Expect("aligned");
        string shape = d.Expect("m16n8k8", "m16n8k16");
        d.Expect("row");
        d.Expect("col");
        d.Type(PtxType.F32);
        PtxType element = d.Type(PtxType.F16, PtxType.BF16);
        if (d.Type(element) != element)
        {
            throw d.Error("both factors have one type");
        }

        d.Type(PtxType.F32);
        d.Count(4);
        bool deep = shape == "m16n8k16";
        d.Result.Kind = InstructionKind.Collective;
        d.Result.Vector =
        [
            .. d.Vector(0, PtxType.F32, 4, destination: true),
            .. d.Vector(3, PtxType.F32, 4, destination: false),
            .. d.Vector(2, PtxType.B32, deep ? 2 : 1, destination: false),
            .. d.Vector(1, PtxType.B32, deep ? 4 : 2, destination: false),
        ];
        d.Execute((deep, element) switch
        {
            (true, PtxType.F16) => &MatrixHandlers.Multiply16<HalfWidening>,
            (true, _) => &MatrixHandlers.Multiply16<BFloatWidening>,
            (false, PtxType.F16) => &MatrixHandlers.Multiply8<HalfWidening>,
            _ => &MatrixHandlers.Multiply8<BFloatWidening>,
        });
    }

    private static void LoadMatrix(Draft d)
    {
        d.Expect("sync");
        d.Expect("aligned");
        d.Expect("m8n8");
        int count = d.Expect("x1", "x2", "x4") switch
        {
            "x1" => 1,
            "x2" => 2,
            _ => 4,
        };
        bool transposed = d.Take("trans");
        d.Expect("shared", "shared::cta");
        d.Type(PtxType.B16);
        d.Count(2);
        d.Result.Kind = InstructionKind.Collective;
        d.Result.Vector = d.Vector(0, PtxType.B32, count, destination: true);
        d.Result.Space = StateSpace.Shared;
        d.Address(1);
        d.Execute(transposed ? &MatrixHandlers.LoadTransposed : &MatrixHandlers.Load);
    }

    private static void MoveMatrix(Draft d)
    {
        d.Expect("sync");
        d.Expect("aligned");
        d.Expect("m8n8");
        d.Expect("trans");
        d.Type(PtxType.B16);
        d.Count(2);
        d.Result.Kind = InstructionKind.Collective;
        d.Result.D = d.Destination(0, PtxType.B32);
        d.Result.A = d.Source(1, PtxType.B32);
        d.Execute(&MatrixHandlers.Transpose);
    }
}
