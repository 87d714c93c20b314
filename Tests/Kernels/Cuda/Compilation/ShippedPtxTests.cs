using System.Text;
using NUnit.Framework;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Compilation;

/// <summary>The PTX that the library carries is that of today's sources, and can be used.</summary>
internal sealed class ShippedPtxTests
{
    private static readonly KernelVariant[] All = [.. KernelTable.Everything];

    [Test]
    public void ItIsMadeOfTodaysSources()
        => Assert.That(Shipped.SourceHash.ToArray(), Is.EqualTo(ShippedPtx.HashOf(All)), "run tools/ship-kernels.sh");

    [Test]
    public void EveryVariantIsThereForTheEarliestCardAndDriver()
    {
        foreach (KernelVariant variant in All)
        {
            CompiledKernel? kernel = Shipped.Find(variant);
            Assert.That(kernel, Is.Not.Null, variant.Name);
            string ptx = Encoding.ASCII.GetString(kernel!.Ptx.Span);
            Assert.That(ptx, Does.Contain($".target sm_{ShippedPtx.Baseline(variant.Generation).Number}").And.Contain($".entry {variant.Entry}("), variant.Name);
            Assert.That(ptx, Does.Contain(".version 8.0").And.EndWith("\0"), variant.Name);
        }
    }

    /// <summary>A compiler of the same version gives the very text: nobody has edited the archive.</summary>
    [Test]
    public void NvrtcGivesTheSameText()
    {
        NvrtcCompiler compiler = NvrtcFixture.Require();
        foreach (KernelVariant variant in new[] { "linear-wide-f16", "attention-64-f16", "top-k" }.Select(name => All.Last(v => v.Name == name)))
        {
            CompileTarget target = new(ShippedPtx.Baseline(variant.Generation), IsMachineCode: false);
            byte[] today = PtxText.ForOldDrivers(compiler.Compile(variant, target).Ptx.Span);
            string shipped = Encoding.ASCII.GetString(Shipped.Find(variant)!.Ptx.Span);
            if (!shipped.Contains($"release {compiler.Version}", StringComparison.Ordinal))
            {
                Assert.Ignore($"The archive was made by another NVRTC than {compiler.Version}.");
            }

            Assert.That(Encoding.ASCII.GetString(today) == shipped, Is.True, variant.Name);
        }
    }

    [Test]
    public void WithoutNvrtcTheCompilerGivesIt()
    {
        List<string> lines = [];
        KernelVariant variant = All.First(v => v is { Generation: KernelGeneration.Ampere, Eager: true });
        KernelCompiler compiler = new(new GpuArchitecture(8, 9), nvrtc: null, cache: null, lines.Add);
        Assert.That(compiler.Get(variant), Is.EqualTo(Shipped.Find(variant)));
        Assert.That(lines, Has.Count.EqualTo(1), "one line says so");
        Assert.Throws<CudaUnavailableException>(() => compiler.Get(KernelTable.For(KernelGeneration.Ampere).TreeAttention(SpecExecNative.Kernels.DType.F16, 48)));
    }

    private static ShippedPtx Shipped
    {
        get
        {
            Assert.That(ShippedPtx.Instance, Is.Not.Null, "run tools/ship-kernels.sh");
            return ShippedPtx.Instance!;
        }
    }
}
