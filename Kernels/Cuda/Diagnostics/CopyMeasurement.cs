using SpecExecNative.Kernels.Cuda.Interop;
using SpecExecNative.Kernels.Cuda.Memory;

namespace SpecExecNative.Kernels.Cuda.Diagnostics;

/// <summary>Measures <see cref="CopyRates"/>, by the card's own clock.</summary>
public static unsafe class CopyMeasurement
{
    /// <summary>Long enough that the start of a copy does not count, short enough that nobody waits.</summary>
    private const long CopyBytes = 64L << 20;

    private const int Repeats = 7;

    /// <summary>Copies to the card and back.</summary>
    /// <exception cref="CudaException">A copy, or the memory for it, is refused.</exception>
    public static CopyRates Measure(CudaCard card)
    {
        using var context = new PrimaryContext(card.Open());
        using var host = new PinnedMemoryHandle(context, CopyBytes, HostMemoryFlags.Portable);
        using var device = new DeviceMemoryHandle(context, CopyBytes);
        using var stream = new StreamHandle(context);
        using var start = new EventHandle(context, EventFlags.Default);
        using var end = new EventHandle(context, EventFlags.Default);
        new Span<byte>(host.Address, (int)CopyBytes).Clear();

        double there = Median(() => CudaDriver.cuMemcpyHtoDAsync_v2(device.Pointer, host.Address, (nuint)CopyBytes, stream.Stream).ThrowOnError());
        double back = Median(() => CudaDriver.cuMemcpyDtoHAsync_v2(host.Address, device.Pointer, (nuint)CopyBytes, stream.Stream).ThrowOnError());
        return new CopyRates(there, back, CopyBytes);

        double Median(Action copy)
        {
            var rates = new double[Repeats];
            copy(); // wakes the link up, which sleeps at a lower generation
            for (int i = 0; i < Repeats; i++)
            {
                CudaDriver.cuEventRecord(start.Event, stream.Stream).ThrowOnError();
                copy();
                CudaDriver.cuEventRecord(end.Event, stream.Stream).ThrowOnError();
                CudaDriver.cuEventSynchronize(end.Event).ThrowOnError();
                CudaDriver.cuEventElapsedTime(out float milliseconds, start.Event, end.Event).ThrowOnError();

                // The clock ticks every half microsecond.
                rates[i] = CopyBytes / (Math.Max(milliseconds, 0.0005) / 1000);
            }

            Array.Sort(rates);
            return rates[Repeats / 2];
        }
    }
}
