using SpecExecNative.Bench.Cuda;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Loaders;

namespace SpecExecNative.Bench;

/// <summary>What is said of a failure.</summary>
internal static class BenchErrors
{
    /// <summary>The message where it says all; otherwise everything, for whoever has to find the mistake.</summary>
    public static string Describe(Exception failure)
    {
        while (failure is AggregateException { InnerException: { } inner })
        {
            failure = inner;
        }

        return failure is BenchException or WrongResultException or CudaUnavailableException or CudaException or NvrtcException or DeviceOutOfMemoryException
            or ModelFormatException or IOException or UnauthorizedAccessException ? failure.Message : failure.ToString();
    }
}
