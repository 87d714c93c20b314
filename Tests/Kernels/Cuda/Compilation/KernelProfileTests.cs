using System.Text;
using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Compilation;

/// <summary>Blocks on a multiprocessor by hand, and instructions counted in a text.</summary>
public sealed class KernelProfileTests
{
    [TestCase(86, 209, 49_152, 2, Description = "registers for two; shared memory for two")]
    [TestCase(86, 128, 49_152, 2, Description = "shared memory for two: 2 · 49 KiB of 100")]
    [TestCase(90, 128, 49_152, 4, Description = "registers for four")]
    [TestCase(75, 246, 32_768, 2)]
    [TestCase(86, 32, 0, 12, Description = "1536 threads")]
    public void BlocksAreBoundByWhatRunsOutFirst(int architecture, int registers, int sharedBytes, int blocks)
    {
        KernelVariant variant = KernelTable.For(KernelGeneration.Ampere).Linear(DType.F16, GemmTiles.Wide) with { DynamicSharedBytes = sharedBytes };
        var compiled = new CompiledKernel(default, Encoding.ASCII.GetBytes("mma.sync.aligned; fma.rn.f16x2 a; fma.rn.bf16x2 b; mma.sync.x"), new KernelUsage(registers, 0, 0));
        KernelProfile profile = KernelProfile.Of(GpuArchitecture.OfNumber(architecture), variant, compiled);
        Assert.That(profile, Is.EqualTo(new KernelProfile(blocks, TensorInstructions: 2, WideningInstructions: 2)));
    }
}
