using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>Variants of the table, for tests to run over.</summary>
internal static class VariantCases
{
    /// <summary>With elements as weights, where the kernel has weights.</summary>
    public static IEnumerable<KernelVariant> Of(string entry)
        => KernelTable.Everything.Where(variant => variant.Entry == entry && !IsInt4(variant));

    /// <summary>With weights of 4 bits.</summary>
    public static IEnumerable<KernelVariant> Int4Of(string entry)
        => KernelTable.Everything.Where(variant => variant.Entry == entry && IsInt4(variant));

    public static DType Element(KernelVariant variant)
        => variant.Constants.GetValueOrDefault("ELEMENT_BF16") == 1 ? DType.BF16 : DType.F16;

    /// <summary>Each variant as a test case with a name of its own.</summary>
    public static IEnumerable<TestCaseData> Cases(string entry) => Cases(Of(entry));

    /// <inheritdoc cref="Cases(string)"/>
    public static IEnumerable<TestCaseData> Cases(IEnumerable<KernelVariant> variants)
        => variants.Select(variant => new TestCaseData(variant).SetArgDisplayNames($"{variant.Generation} {variant.Name}"));

    private static bool IsInt4(KernelVariant variant) => variant.Constants.GetValueOrDefault("WEIGHT_BITS") == 4;
}
