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
            Assert.That(ptx, Does.Not.Match(@"\.file\s+\d+\s+""[/\\]|\.file\s+\d+\s+""[A-Z]:"), $"{variant.Name} names a folder of the machine it was made on");
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
