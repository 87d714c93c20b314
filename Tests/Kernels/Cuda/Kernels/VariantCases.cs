using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>Variants of the table, for tests to run over.</summary>
internal static class VariantCases
{
    public static IEnumerable<KernelVariant> Of(string entry)
        => KernelTable.Everything.Where(variant => variant.Entry == entry);

    public static DType Element(KernelVariant variant)
        => variant.Constants.GetValueOrDefault("ELEMENT_BF16") == 1 ? DType.BF16 : DType.F16;

    /// <summary>Each variant as a test case with a name of its own.</summary>
    public static IEnumerable<TestCaseData> Cases(string entry)
        => Of(entry).Select(variant => new TestCaseData(variant).SetArgDisplayNames($"{variant.Generation} {variant.Name}"));
}
