using System.Runtime.InteropServices;
using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Cuda;

/// <summary>A kernel that returns wrong numbers is not timed.</summary>
internal static class Agreement
{
    // Both sum the same 16-bit products in F32, in another order.
    private const double Tolerance = 1e-9;

    /// <summary>Compares two F32 matrices by the normalised mean square of their difference.</summary>
    /// <exception cref="InvalidOperationException">They differ by more than the order of a sum can explain.</exception>
    public static void Require(ComputeDevice device, ComputeQueue queue, DeviceTensor actual, DeviceTensor expected, string what)
    {
        int count = (int)Math.Min(1 << 20, actual.Bytes / sizeof(float));
        double error = 0;
        double size = 0;
        using PinnedBuffer host = device.AllocatePinned(2L * count * sizeof(float), "benchmark");
        queue.CopyToHost(actual.Buffer, actual.ByteOffset, host, 0, (long)count * sizeof(float));
        queue.CopyToHost(expected.Buffer, expected.ByteOffset, host, (long)count * sizeof(float), (long)count * sizeof(float));
        queue.Synchronize();
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(host.Span(0, 2 * count * sizeof(float)));
        for (int i = 0; i < count; i++)
        {
            double difference = (double)values[i] - values[count + i];
            error += difference * difference;
            size += (double)values[count + i] * values[count + i];
        }

        if (!(error <= Tolerance * size))
        {
            throw new InvalidOperationException($"{what}: the kernel disagrees with cuBLAS (normalised mean square error {error / size:G3}); it was not timed.");
        }
    }
}
