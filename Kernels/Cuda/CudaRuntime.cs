using SpecExecNative.Kernels.Cuda.Interop;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>The driver, loaded and initialised once per process.</summary>
internal static class CudaRuntime
{
    /// <summary>CUDA 12.0: what every entry point and the shipped PTX were chosen for.</summary>
    public static Version OldestDriver { get; } = new(12, 0);

    /// <summary>Makes the driver ready; may be called any number of times.</summary>
    /// <returns>The newest CUDA version that the driver supports.</returns>
    /// <exception cref="CudaUnavailableException">There is no driver, no card, or the driver is too old.</exception>
    /// <exception cref="CudaException">The driver is there but does not work.</exception>
    public static Version Initialize()
    {
        LibraryLookup driver = CudaLibraries.Find(CudaLibrary.Driver);
        if (driver.Found is null)
        {
            throw new CudaUnavailableException($"NVIDIA's driver was not found ({driver.Explanation}); install it, or pass it into the container.");
        }

        CudaResult initialised = CudaDriver.cuInit(0);
        if (initialised == CudaResult.NoDevice)
        {
            throw new CudaUnavailableException("The driver sees no card.", initialised.ToException("cuInit"));
        }

        initialised.ThrowOnError("cuInit");
        CudaDriver.cuDriverGetVersion(out int number).ThrowOnError();
        var version = new Version(number / 1000, number % 1000 / 10);
        return version >= OldestDriver
            ? version
            : throw new CudaUnavailableException($"The driver supports CUDA {version}; at least {OldestDriver} is needed: install driver 525 or later.");
    }
}
