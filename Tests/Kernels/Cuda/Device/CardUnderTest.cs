using System.Text.Json;
using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Tests.CudaEmulator.Driver;

namespace SpecExecNative.Tests.Kernels.Cuda.Device;

/// <summary>The card that tests run on: an emulated one, or with SPECEXEC_TEST_DEVICE=card the first of this machine.</summary>
internal static class CardUnderTest
{
    public static bool IsCard => Environment.GetEnvironmentVariable("SPECEXEC_TEST_DEVICE") == "card";

    public static string EmulatorPath => Path.Combine(AppContext.BaseDirectory, "libspecexec-cuda-emulator.so");

    /// <summary>Kernels compiled by earlier runs are found again: the key is their content.</summary>
    public static string CacheFolder => TestData.RepositoryRoot is { } root
        ? Path.Combine(root, "artifacts", "test-kernels") : Path.Combine(Path.GetTempPath(), "specexec-test-kernels");

    /// <summary>Begins anew on a card with these settings (see tools/CudaEmulator/README.md). A real card is what it is.</summary>
    public static void Pose(string settings = "")
    {
        if (!IsCard)
        {
            EmulatorLibrary.Reset(settings);
        }
    }

    /// <summary>For tests of what cannot be posed on a real card.</summary>
    public static void RequireEmulator()
    {
        if (IsCard)
        {
            Assert.Ignore("A real card cannot be made to do this.");
        }
    }

    /// <summary>Opens it with the element type; the test is skipped where kernels can come from nowhere.</summary>
    public static CudaDevice Open(DType element = DType.F16, Action<string>? log = null)
    {
        if (NvrtcCompiler.TryOpen() is null && ShippedPtx.Instance is null)
        {
            Assert.Ignore("There is neither NVRTC nor shipped PTX.");
        }

        return CudaDevice.Open(new CudaDeviceOptions { Element = element, CacheFolder = CacheFolder, Log = log });
    }

    /// <summary>Fails if the emulated driver found anything wrong, or anything is still alive.</summary>
    public static void AssertNothingIsWrongOrLeft()
    {
        if (IsCard)
        {
            return;
        }

        JsonElement report = EmulatorLibrary.Report();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.GetProperty("findings").EnumerateArray().Select(finding => finding.ToString()), Is.Empty, "findings");
            Assert.That(
                report.GetProperty("live").EnumerateObject().Where(kind => kind.Value.GetInt64() != 0).Select(kind => kind.ToString()), Is.Empty, "still alive");
        }
    }
}
