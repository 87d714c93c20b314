using SpecExecNative.CudaEmulator.Execution.Memory;
using SpecExecNative.CudaEmulator.Ptx;
using SpecExecNative.CudaEmulator.Ptx.Syntax;

namespace SpecExecNative.CudaEmulator.Execution.Decoding;

/// <summary>cp.async in its sm_80 forms; bulk and mbarrier forms are not known.</summary>
internal static unsafe class AsyncCopyDecoder
{
    public static readonly Dictionary<string, Action<Draft>> Opcodes = new() { ["cp"] = Decode };

    private static void Decode(Draft d)
    {
        d.Expect("async");
        switch (d.TakeAny("commit_group", "wait_group", "wait_all"))
        {
            case "commit_group":
                d.Count(0);
                d.Execute(&AsyncCopyHandlers.Commit);
                return;
            case "wait_group":
                d.Count(1);
                d.Result.Offset = d.Literal(0);
                d.Execute(&AsyncCopyHandlers.Wait);
                return;
            case "wait_all":
                d.Count(0);
                d.Result.Flag = true;
                d.Execute(&AsyncCopyHandlers.Wait);
                return;
        }

        Copy(d);
    }

    private static void Copy(Draft d)
    {
        string cache = d.Expect("ca", "cg");
        d.Expect("shared", "shared::cta");
        d.Expect("global");
        bool hint = d.Take("L2::cache_hint");
        d.TakeAny("L2::64B", "L2::128B", "L2::256B");
        d.Count(hint ? 4 : 3, hint ? 5 : 4);
        d.Address(0);
        d.Result.Space = StateSpace.Shared;
        PtxOperand source = d.Operands[1];
        if (source.Kind != PtxOperandKind.Address)
        {
            throw d.Error("an address expected");
        }

        (d.Result.B, bool wide) = d.AddressRegister(source.Elements[0]);
        d.Result.SourceOffset = source.Offset;
        d.Result.Width = (int)d.Literal(2);
        bool sized = d.Result.Width == 16 || (cache == "ca" && d.Result.Width is 4 or 8);
        if (!wide || !sized)
        {
            throw d.Error("cp.async.ca copies 4, 8 or 16 bytes, cp.async.cg 16, from a 64-bit address");
        }

        if (hint)
        {
            MemoryDecoder.Policy(d, d.Operands.Count - 1);
        }

        if (d.Operands.Count > (hint ? 4 : 3))
        {
            SourceSize(d, d.Operands[3]);
        }

        d.Execute(&AsyncCopyHandlers.Copy);
    }

    // A register of 32 bits is the number of bytes to read; a predicate says to read nothing.
    private static void SourceSize(Draft d, PtxOperand operand)
    {
        bool predicate = operand.Kind == PtxOperandKind.Name && d.Statement.Scope.FindRegister(operand.Name)?.Type == PtxType.Pred;
        d.Result.Flag = predicate;
        d.Result.C = predicate ? d.Predicate(operand, out d.Result.ThirdNegated) : d.Source(operand, PtxType.U32);
    }
}
