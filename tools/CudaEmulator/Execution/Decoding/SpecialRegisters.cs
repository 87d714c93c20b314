using System.Collections.Frozen;

namespace SpecExecNative.CudaEmulator.Execution.Decoding;

/// <summary>The special registers that keep their value through a block. Clocks are read by mov alone.</summary>
internal static class SpecialRegisters
{
    public static readonly FrozenSet<string> Names = new[]
    {
        "%tid.x", "%tid.y", "%tid.z", "%ntid.x", "%ntid.y", "%ntid.z",
        "%ctaid.x", "%ctaid.y", "%ctaid.z", "%nctaid.x", "%nctaid.y", "%nctaid.z",
        "%laneid", "%warpid", "%nwarpid", "%smid", "%nsmid", "%gridid",
        "%lanemask_eq", "%lanemask_lt", "%lanemask_le", "%lanemask_gt", "%lanemask_ge",
        "%dynamic_smem_size", "%total_smem_size",
    }.ToFrozenSet();
}
