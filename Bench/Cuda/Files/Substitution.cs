using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Cuda.Files;

/// <summary>What a queue's kernels become where a file takes the place of one of our sources, and which of them did.</summary>
/// <param name="file">The file.</param>
/// <param name="compiler">The card's.</param>
internal sealed class Substitution(KernelFile file, KernelCompiler compiler)
{
    private readonly List<(KernelVariant Own, KernelVariant Ours)> _taken = [];

    /// <summary>The queue has come to the file's kernel.</summary>
    public bool IsTaken => _taken.Count > 0;

    /// <summary>The variant to take for one of ours.</summary>
    public KernelVariant Of(KernelVariant variant)
    {
        if (variant.Source != file.Source)
        {
            return variant;
        }

        KernelVariant own = file.Replace(variant, compiler);
        _taken.Add((own, variant));
        return own;
    }

    /// <summary>What the file's kernels take of a multiprocessor; empty where the assembler has not told.</summary>
    public IEnumerable<Figure> OwnUsage => Usage(_taken.Select(t => t.Own));

    /// <summary>The same of ours.</summary>
    public IEnumerable<Figure> OurUsage => Usage(_taken.Select(t => t.Ours));

    private IEnumerable<Figure> Usage(IEnumerable<KernelVariant> variants)
    {
        KernelUsage[] usages = [.. variants.Select(v => compiler.Get(v).Usage).OfType<KernelUsage>()];
        return usages.Length == 0 ? [] : [new("registers", usages.Max(u => u.Registers), ""), new("spilled", usages.Max(u => u.SpillBytes), "bytes")];
    }
}
