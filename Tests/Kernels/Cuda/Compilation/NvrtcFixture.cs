using NUnit.Framework;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Compilation;

/// <summary>NVIDIA's real compiler, where the machine has one.</summary>
internal static class NvrtcFixture
{
    /// <summary>The compiler; the test is skipped where there is none.</summary>
    public static NvrtcCompiler Require()
    {
        NvrtcCompiler? compiler = NvrtcCompiler.TryOpen();
        if (compiler is null)
        {
            Assert.Ignore("NVRTC is not on this machine (tools/fetch-nvrtc.sh fetches it; SPECEXEC_NVRTC names it).");
        }

        return compiler!;
    }
}
