using System.Diagnostics;
using SpecExecNative.Kernels.Cuda.Interop;
using SpecExecNative.Kernels.Cuda.Memory;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>What can be learned of a card only by using it.</summary>
public static class CardProbe
{
    private const int CopyBytes = 64 << 20;
    private const int Repetitions = 8;

    /// <summary>Speed of copies between page-locked memory and the card.</summary>
    /// <exception cref="CudaException">The card does not work.</exception>
    public static unsafe CopyRates MeasureCopies(CudaCard card)
    {
        using var context = new PrimaryContext(card.Open());
        using var device = new DeviceMemoryHandle(context, CopyBytes);
        using var host = new PinnedMemoryHandle(context, CopyBytes, HostMemoryFlags.Portable);
        using var stream = new StreamHandle(context);
        new Span<byte>(host.Address, CopyBytes).Clear(); // touched: its pages are there
        double toDevice = Rate(() => CudaDriver.cuMemcpyHtoDAsync_v2(device.Pointer, host.Address, CopyBytes, stream.Stream), stream);
        double toHost = Rate(() => CudaDriver.cuMemcpyDtoHAsync_v2(host.Address, device.Pointer, CopyBytes, stream.Stream), stream);
        return new CopyRates(toDevice, toHost);
    }

    /// <summary>
    /// Page-locks memory piece by piece up to <paramref name="limitBytes"/> and lets go of it. The system may answer too much of
    /// it by killing the process: run it in one of its own.
    /// </summary>
    /// <returns>What was granted.</returns>
    /// <exception cref="CudaException">The driver does not work.</exception>
    public static long ProbePinned(CudaCard card, long limitBytes)
    {
        const long PieceBytes = 1L << 30;
        using var context = new PrimaryContext(card.Open());
        var pieces = new List<PinnedMemoryHandle>();
        long granted = 0;
        try
        {
            while (granted < limitBytes)
            {
                long piece = Math.Min(PieceBytes, limitBytes - granted);
                pieces.Add(new PinnedMemoryHandle(context, piece, HostMemoryFlags.Portable));
                granted += piece;
            }
        }
        catch (CudaException e) when (e.Code == (int)CudaResult.OutOfMemory)
        {
            // The answer that was asked for.
        }
        finally
        {
            pieces.ForEach(piece => piece.Dispose());
        }

        return granted;
    }

    private static double Rate(Func<CudaResult> copy, StreamHandle stream)
    {
        copy().ThrowOnError("cuMemcpyAsync");
        CudaDriver.cuStreamSynchronize(stream.Stream).ThrowOnError();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Repetitions; i++)
        {
            copy().ThrowOnError("cuMemcpyAsync");
        }

        CudaDriver.cuStreamSynchronize(stream.Stream).ThrowOnError();
        return (double)CopyBytes * Repetitions / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
