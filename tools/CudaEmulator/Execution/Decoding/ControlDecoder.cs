using SpecExecNative.CudaEmulator.Execution.Collectives;
using SpecExecNative.CudaEmulator.Ptx;
using SpecExecNative.CudaEmulator.Ptx.Syntax;

namespace SpecExecNative.CudaEmulator.Execution.Decoding;

/// <summary>Branches, calls, barriers (PTX ISA, "Control Flow" and "Parallel Synchronization").</summary>
internal static unsafe class ControlDecoder
{
    public static readonly Dictionary<string, Action<Draft>> Opcodes = new()
    {
        ["bra"] = Branch,
        ["brx"] = IndexedBranch,
        ["call"] = Call,
        ["ret"] = Return,
        ["exit"] = Exit,
        ["bar"] = d => Barrier(d, alwaysAligned: true),
        ["barrier"] = d => Barrier(d, alwaysAligned: false),
        ["trap"] = Trap,
        ["nanosleep"] = Sleep,
        ["griddepcontrol"] = GridDependency,
    };

    private static void Branch(Draft d)
    {
        d.Take("uni");
        d.Count(1);
        d.Result.Kind = InstructionKind.Branch;
        d.Frame.Jumps.Add((d.Result, d.Statement, [d.Operands[0].Name]));
    }

    private static void IndexedBranch(Draft d)
    {
        d.Expect("idx");
        d.Take("uni");
        d.Count(2);
        IReadOnlyList<string> labels = d.Statement.Scope.FindBranchTable(d.Operands[1].Name)
            ?? throw d.Error($"no table {d.Operands[1].Name}");
        d.Result.Kind = InstructionKind.IndexedBranch;
        d.Result.A = d.Source(0, PtxType.U32);
        d.Frame.Jumps.Add((d.Result, d.Statement, [.. labels]));
    }

    private static void Call(Draft d)
    {
        d.Take("uni");
        if (d.Statement.Guard is not null)
        {
            throw d.Error("calls under a predicate are not known");
        }

        int name = d.Operands.Count > 0 && d.Operands[0].Kind == PtxOperandKind.List ? 1 : 0;
        d.Count(name + 1, name + 2);
        IReadOnlyList<PtxOperand> results = name == 1 ? d.Operands[0].Elements : [];
        IReadOnlyList<PtxOperand> arguments = d.Operands.Count > name + 1 ? d.Operands[name + 1].Elements : [];
        d.Kernel.Call(d.Frame, d.Statement, d.Operands[name].Name, results, arguments);
    }

    private static void Return(Draft d)
    {
        d.Take("uni");
        d.Count(0);
        if (d.Frame.Caller is null)
        {
            d.Result.Kind = InstructionKind.Exit;
            return;
        }

        d.Result.Kind = InstructionKind.Branch;
        d.Frame.Returns.Add(d.Result);
    }

    private static void Exit(Draft d)
    {
        d.Count(0);
        d.Result.Kind = InstructionKind.Exit;
    }

    private static void Barrier(Draft d, bool alwaysAligned)
    {
        if (d.Take("warp"))
        {
            WarpBarrier(d);
            return;
        }

        d.Take("cta");
        string kind = d.Expect("sync", "arrive", "red");
        string reduction = kind == "red" ? d.Expect("popc", "and", "or") : "";
        if (!alwaysAligned)
        {
            d.Take("aligned");
        }

        int at = 0;
        d.Result.Kind = InstructionKind.Barrier;
        d.Result.Barrier = (kind, reduction) switch
        {
            ("sync", _) => BarrierKind.Sync,
            ("arrive", _) => BarrierKind.Arrive,
            (_, "popc") => BarrierKind.Popc,
            (_, "and") => BarrierKind.And,
            _ => BarrierKind.Or,
        };
        if (kind == "red")
        {
            PtxType type = d.Type(reduction == "popc" ? PtxType.U32 : PtxType.Pred);
            d.Count(3, 4);
            d.Result.D = d.Destination(at++, type);
            d.Result.C = d.Predicate(d.Operands[^1], out d.Result.ThirdNegated);
        }
        else
        {
            d.Count(kind == "arrive" ? 2 : 1, 2);
        }

        int end = d.Operands.Count - (kind == "red" ? 1 : 0);
        d.Result.A = d.Source(at++, PtxType.U32);
        d.Result.B = at < end ? d.Source(at, PtxType.U32) : -1;
    }

    private static void WarpBarrier(Draft d)
    {
        d.Expect("sync");
        d.Count(1);
        d.Result.MeetsAnywhere = true;
        WarpDecoder.Members(d, 0);
        d.Execute(&VoteHandlers.Synchronise);
    }

    private static void Trap(Draft d)
    {
        d.Count(0);
        d.Execute(&VoteHandlers.Trap);
    }

    // Time does not pass differently for those who sleep.
    private static void Sleep(Draft d)
    {
        d.Type(PtxType.U32);
        d.Count(1);
        d.Source(0, PtxType.U32);
    }

    // Launches follow each other completely, so there is nothing to wait for.
    private static void GridDependency(Draft d)
    {
        d.Expect("launch_dependents", "wait");
        d.Count(0);
    }
}
