using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Cuda;

/// <summary>The readable twins of kernels, which have the same parameters.</summary>
/// <param name="table">Of the card's generation.</param>
internal sealed class NaiveTwins(KernelTable table)
{
    private const string Folder = "Naive/";

    /// <summary>A variant's twin; itself, where it has none or is checked otherwise (<see cref="HasTwin"/>).</summary>
    public KernelVariant Of(KernelVariant variant) => Find(variant) ?? variant;

    /// <summary>A twin is there to compare with.</summary>
    public bool HasTwin(KernelVariant variant) => Find(variant) is not null;

    private KernelVariant? Find(KernelVariant variant)
        => variant.Constants.GetValueOrDefault("WEIGHT_BITS", 16) != 16 ? null : table.All.FirstOrDefault(twin => IsTwin(twin, variant));

    private static bool IsTwin(KernelVariant twin, KernelVariant variant)
        => twin.Source == Folder + variant.Source && Agree(twin, variant, "ELEMENT_BF16") && Agree(twin, variant, "HEAD_DIM");

    /// <summary>Of two that both depend on a constant, it must be the same.</summary>
    private static bool Agree(KernelVariant twin, KernelVariant variant, string constant)
        => !twin.Constants.TryGetValue(constant, out int its) || !variant.Constants.TryGetValue(constant, out int own) || its == own;
}
