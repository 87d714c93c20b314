using System.Text;
using NUnit.Framework;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Kernels.Cuda.Compilation;

/// <summary>Our binding to the real compiler.</summary>
internal sealed class NvrtcCompilerTests
{
    private static readonly KernelVariant Variant = KernelTable.For(KernelGeneration.Ampere).Find("linear-narrow16-f16");
    private static readonly CompileTarget Target = new(new GpuArchitecture(8, 6), IsMachineCode: true);

    [Test]
    public void AVariantBecomesMachineCodeAndPtx()
    {
        CompiledKernel kernel = NvrtcFixture.Require().Compile(Variant, Target);
        string ptx = Encoding.ASCII.GetString(kernel.Ptx.Span);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(kernel.Cubin.Span[..4].SequenceEqual("\u007fELF"u8), Is.True, "machine code is an ELF image");
            Assert.That(ptx, Does.Contain(".target sm_86").And.Contain($".entry {Variant.Entry}("));
            Assert.That(ptx[^1], Is.EqualTo('\0'), "the driver reads up to a zero");
            Assert.That(kernel.Usage!.Registers, Is.InRange(16, 255));
        }
    }

    [Test]
    public void PtxAloneHasNoMachineCode()
    {
        CompiledKernel kernel = NvrtcFixture.Require().Compile(Variant, Target with { IsMachineCode = false });
        Assert.That(kernel.Cubin.IsEmpty, Is.True);
        Assert.That(kernel.Usage, Is.Null);
        Assert.That(Encoding.ASCII.GetString(kernel.Ptx.Span), Does.Contain(".target sm_86"));
    }

    [Test]
    public void ARefusalCarriesTheCompilersLog()
    {
        NvrtcCompiler compiler = NvrtcFixture.Require();
        NvrtcException refusal = Assert.Throws<NvrtcException>(
            () => compiler.Compile(Variant, Target, "extern \"C\" __global__ void linear() { int x = undeclared_thing; }"))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.Log, Does.Contain("undeclared_thing"));
            Assert.That(refusal.Message, Does.Contain(Variant.Name).And.Contain("sm_86").And.Contain("undeclared_thing"));
        }
    }

    [Test]
    public void ASecondStartTakesEverythingFromTheCache()
    {
        NvrtcCompiler nvrtc = NvrtcFixture.Require();
        using TemporaryDirectory folder = new();
        KernelCompiler first = new(Target.Architecture, nvrtc, new KernelCache(folder.Path));
        CompiledKernel compiled = first.Get(Variant);
        Assert.That(first.CompiledCount, Is.EqualTo(1));

        KernelCompiler second = new(Target.Architecture, nvrtc, new KernelCache(folder.Path));
        CompiledKernel cached = second.Get(Variant);
        Assert.That(second.CompiledCount, Is.Zero);
        Assert.That(cached.Cubin.Span.SequenceEqual(compiled.Cubin.Span) && cached.Ptx.Span.SequenceEqual(compiled.Ptx.Span), Is.True);

        string entry = Directory.GetFiles(folder.Path).Single();
        byte[] bytes = File.ReadAllBytes(entry);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(entry, bytes);
        KernelCompiler third = new(Target.Architecture, nvrtc, new KernelCache(folder.Path));
        Assert.That(third.Get(Variant).Cubin.Span.SequenceEqual(compiled.Cubin.Span), Is.True, "a damaged entry is compiled anew");
        Assert.That(third.CompiledCount, Is.EqualTo(1));
    }

    [Test]
    public void ManyThreadsCompileAVariantOnce()
    {
        KernelCompiler compiler = new(Target.Architecture, NvrtcFixture.Require(), cache: null);
        CompiledKernel[] kernels = new CompiledKernel[8];
        Parallel.For(0, kernels.Length, i => kernels[i] = compiler.Get(Variant));
        Assert.That(kernels.Distinct().Count(), Is.EqualTo(1));
        Assert.That(compiler.CompiledCount, Is.EqualTo(1));
    }
}
