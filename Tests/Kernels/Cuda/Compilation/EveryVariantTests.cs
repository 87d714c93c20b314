using System.Collections.Concurrent;
using System.Text;
using NUnit.Framework;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Compilation;

/// <summary>
/// Every kernel variant through the real compilers, down to machine code, for every architecture they know; and whether the
/// PTX that the library carries is what they make of today's sources.
/// </summary>
public sealed class EveryVariantTests
{
    /// <summary>Within the budgets of the table: registers that leave room for enough warps, and nothing spilled to memory.</summary>
    [TestCase(75)]
    [TestCase(80)]
    [TestCase(86)]
    [TestCase(89)]
    [TestCase(90)]
    public void NvrtcMakesMachineCodeWithinTheBudget(int architecture)
    {
        NvrtcCompiler compiler = NvrtcFixture.Require();
        var target = new CompileTarget(GpuArchitecture.OfNumber(architecture), IsMachineCode: true);
        Assume.That(compiler.Architectures, Does.Contain(target.Architecture));
        var problems = new ConcurrentBag<string>();
        Parallel.ForEach(TableFor(target.Architecture).All, variant =>
        {
            try
            {
                CompiledKernel compiled = compiler.Compile(variant, target);
                KernelUsage usage = compiled.Usage!;
                if (ShippedIsOther(variant, compiled, compiler, target))
                {
                    problems.Add($"{variant.Name}: the PTX that comes along is not that of today's sources; run tools/ship-kernels.sh");
                }

                if (usage.SpillBytes > 0)
                {
                    problems.Add($"{variant.Name}: {usage.SpillBytes} bytes spilled");
                }

                if (usage.Registers > variant.MaxRegisters)
                {
                    problems.Add($"{variant.Name}: {usage.Registers} registers, the budget is {variant.MaxRegisters}");
                }

                if (usage.StaticSharedBytes > StaticSharedLimit || usage.StaticSharedBytes + variant.DynamicSharedBytes > SharedLimit(target.Architecture))
                {
                    problems.Add($"{variant.Name}: {usage.StaticSharedBytes} + {variant.DynamicSharedBytes} bytes of shared memory");
                }
            }
            catch (NvrtcException e)
            {
                problems.Add(e.Message);
            }
        });

        Assert.That(problems.Order(), Is.Empty);
    }

    /// <summary>Blackwell, which Debian's NVRTC does not know yet.</summary>
    [Test]
    public void ClangCompilesForBlackwell()
    {
        ClangCompiler clang = ClangCompiler.Require();
        var problems = new ConcurrentBag<string>();
        Parallel.ForEach(KernelTable.For(KernelGeneration.Ampere).All, variant =>
        {
            string complaints = clang.Compile(variant, "sm_120");
            if (complaints.Length > 0)
            {
                problems.Add($"{variant.Name}: {complaints}");
            }
        });

        Assert.That(problems.Order(), Is.Empty);
    }

    private const int StaticSharedLimit = 48 * 1024;

    private static KernelTable TableFor(GpuArchitecture architecture)
        => KernelTable.For(architecture.Major < 8 ? KernelGeneration.Turing : KernelGeneration.Ampere);

    /// <summary>Only the baselines are shipped, and another version of the compiler writes other text.</summary>
    private static bool ShippedIsOther(KernelVariant variant, CompiledKernel compiled, NvrtcCompiler compiler, CompileTarget target)
    {
        if (target.Architecture != ShippedPtx.Baseline(variant.Generation))
        {
            return false;
        }

        string shipped = Encoding.ASCII.GetString(ShippedPtx.Instance!.Find(variant)!.Ptx.Span);
        return shipped.Contains($"release {compiler.Version}", StringComparison.Ordinal)
            && shipped != Encoding.ASCII.GetString(PtxText.ForOldDrivers(compiled.Ptx.Span));
    }

    /// <summary>What one block can have: the smallest card of each generation decides.</summary>
    private static int SharedLimit(GpuArchitecture architecture) => (architecture.Major < 8 ? 64 : 99) * 1024;
}
