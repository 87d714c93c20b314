using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Cuda;

/// <summary>The readable twins of kernels, which have the same parameters.</summary>
/// <param name="table">Of the card's generation.</param>
internal sealed class NaiveTwins(KernelTable table)
{
    private const string Folder = "Naive/";

    /// <summary>A variant's twin; itself, where it has none.</summary>
    public KernelVariant Of(KernelVariant variant)
        => variant.Constants.GetValueOrDefault("WEIGHT_BITS", 16) != 16 ? variant : table.All.FirstOrDefault(twin => IsTwin(twin, variant)) ?? variant;

    private static bool IsTwin(KernelVariant twin, KernelVariant variant)
        => twin.Source == Folder + variant.Source && Agree(twin, variant, "ELEMENT_BF16") && Agree(twin, variant, "HEAD_DIM");

    /// <summary>Of two that both depend on a constant, it must be the same.</summary>
    private static bool Agree(KernelVariant twin, KernelVariant variant, string constant)
        => !twin.Constants.TryGetValue(constant, out int its) || !variant.Constants.TryGetValue(constant, out int own) || its == own;
}
