using System.Text;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>What can be told of a compiled kernel without a card: how many of its blocks fit on a multiprocessor, and what it is made of.</summary>
/// <param name="Blocks">On one multiprocessor at once.</param>
/// <param name="TensorInstructions"><c>mma.sync</c> in the text, once for each place.</param>
/// <param name="WideningInstructions">Arithmetic on pairs of 16-bit floats: what turns 4-bit weights into elements.</param>
public sealed record KernelProfile(int Blocks, int TensorInstructions, int WideningInstructions)
{
    private const int Registers = 64 * 1024;
    private const int RegisterUnit = 8;  // of a thread
    private const int ReservedShared = 1024;

    /// <summary>The profile for an architecture; limits from the CUDA C++ Programming Guide, table "Technical Specifications per Compute Capability".</summary>
    public static KernelProfile Of(GpuArchitecture architecture, KernelVariant variant, CompiledKernel compiled)
    {
        (int sharedKilobytes, int threads, int blocks) = architecture.Number switch
        {
            < 80 => (64, 1024, 16),
            80 => (164, 2048, 32),
            < 90 => (100, 1536, architecture.Number == 86 ? 16 : 24),
            < 120 => (228, 2048, 32),
            _ => (100, 1536, 24),
        };
        KernelUsage usage = compiled.Usage ?? new KernelUsage(variant.MaxRegisters, 0, 0);
        int perThread = (Math.Max(usage.Registers, 1) + RegisterUnit - 1) / RegisterUnit * RegisterUnit;
        int shared = usage.StaticSharedBytes + variant.DynamicSharedBytes + (architecture.Major >= 8 ? ReservedShared : 0);
        int fit = Math.Min(
            Math.Min(blocks, threads / variant.Threads),
            Math.Min(Registers / (perThread * variant.Threads), shared == 0 ? blocks : sharedKilobytes * 1024 / shared));
        string ptx = Encoding.ASCII.GetString(compiled.Ptx.Span);
        return new KernelProfile(fit, Count(ptx, "mma.sync."), Count(ptx, "fma.rn.f16x2") + Count(ptx, "fma.rn.bf16x2"));
    }

    private static int Count(string text, string instruction)
    {
        int count = 0;
        for (int at = text.IndexOf(instruction, StringComparison.Ordinal); at >= 0; at = text.IndexOf(instruction, at + 1, StringComparison.Ordinal))
        {
            count++;
        }

        return count;
    }
}
