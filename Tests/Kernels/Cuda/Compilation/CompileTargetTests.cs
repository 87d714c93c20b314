using NUnit.Framework;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Compilation;

internal sealed class CompileTargetTests
{
    private static readonly GpuArchitecture[] KnownToTwelve = [.. new[] { 50, 52, 60, 70, 72, 75, 80, 86, 87, 89, 90 }.Select(GpuArchitecture.OfNumber)];

    [TestCase(75, "sm_75")]
    [TestCase(86, "sm_86")]
    [TestCase(90, "sm_90")]
    [TestCase(88, "sm_87", Description = "machine code of an earlier minor runs")]
    [TestCase(120, "compute_90", Description = "machine code of another major does not: the driver translates")]
    [TestCase(100, "compute_90")]
    public void TheCompilerDoesItsBestForACard(int card, string target)
        => Assert.That(CompileTarget.For(GpuArchitecture.OfNumber(card), KnownToTwelve).ToString(), Is.EqualTo(target));

    [Test]
    public void ACompilerThatKnowsOnlyLaterCardsIsOfNoUse()
        => Assert.That(CompileTarget.For(GpuArchitecture.OfNumber(75), [GpuArchitecture.OfNumber(80), GpuArchitecture.OfNumber(90)]), Is.Null);

    [TestCase("89", 89)]
    [TestCase("8.9", 89)]
    [TestCase("sm_120", 120)]
    [TestCase("compute_75", 75)]
    [TestCase("12.0", 120)]
    public void AnArchitectureIsReadInEverySpelling(string text, int number)
        => Assert.That(GpuArchitecture.TryParse(text)?.Number, Is.EqualTo(number));

    [TestCase("")]
    [TestCase("sm_")]
    [TestCase("ampere")]
    [TestCase("-89")]
    [TestCase("8 9")]
    public void AnythingElseIsNone(string text) => Assert.That(GpuArchitecture.TryParse(text), Is.Null);

    [Test]
    public void TheAssemblersReportIsUnderstood()
    {
        const string log = """
            ptxas info    : 0 bytes gmem
            ptxas info    : Compiling entry function 'linear' for 'sm_86'
            ptxas info    : Function properties for linear
                16 bytes stack frame, 24 bytes spill stores, 40 bytes spill loads
            ptxas info    : Used 168 registers, 49152 bytes smem, 428 bytes cmem[0]
            """;
        Assert.That(KernelUsage.FromLog(log), Is.EqualTo(new KernelUsage(168, 64, 49152)));
        Assert.That(KernelUsage.FromLog("ptxas info : Used 12 registers, 352 bytes cmem[0]"), Is.EqualTo(new KernelUsage(12, 0, 0)));
        Assert.That(KernelUsage.FromLog("no report"), Is.Null);
    }
}
