using NUnit.Framework;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Tests.Kernels.Cuda.Device;

namespace SpecExecNative.Tests;

/// <summary>Before any test: NVIDIA's driver is the emulated one, unless SPECEXEC_TEST_DEVICE=card asks for the real.</summary>
[SetUpFixture]
internal sealed class CudaLibrariesUnderTest
{
    [OneTimeSetUp]
    public void ChooseDriver()
    {
        if (!CardUnderTest.IsCard)
        {
            CudaLibraries.Use(CudaLibrary.Driver, CardUnderTest.EmulatorPath);
            CudaLibraries.Use(CudaLibrary.Cublas, CardUnderTest.EmulatorPath);
        }
    }
}
