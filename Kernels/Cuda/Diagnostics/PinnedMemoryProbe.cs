using SpecExecNative.Kernels.Cuda.Interop;
using SpecExecNative.Kernels.Cuda.Memory;

namespace SpecExecNative.Kernels.Cuda.Diagnostics;

/// <summary>
/// Takes pinned memory until the system refuses, or enough is had. Some systems do not refuse but end the process, so this
/// belongs into a process of its own that tells how far it came.
/// </summary>
public static class PinnedMemoryProbe
{
    private const long LargestPiece = 256L << 20;
    private const long SmallestPiece = 16L << 20;

    /// <summary>Takes memory piece by piece, and gives it all back in the end.</summary>
    /// <param name="card">Whose driver pins it.</param>
    /// <param name="limitBytes">Enough.</param>
    /// <param name="granted">Told the bytes held so far, after each piece.</param>
    /// <returns>The driver's words for the refusal; null: the limit was reached.</returns>
    /// <exception cref="CudaException">The card gives no context, or is lost.</exception>
    public static string? Grow(CudaCard card, long limitBytes, Action<long> granted)
    {
        var pieces = new List<HostMemoryHandle>();
        string? refusal = null;
        try
        {
            using var context = new PrimaryContext(card.Open());
            var registration = new HostRegistration(context, card.RegistersHostMemory, LargestPiece);
            long total = 0;
            for (long piece = LargestPiece; piece >= SmallestPiece && total < limitBytes;)
            {
                try
                {
                    long bytes = Math.Min(piece, limitBytes - total);
                    pieces.Add((HostMemoryHandle?)registration.TryTake(bytes, out _) ?? new PinnedMemoryHandle(context, bytes, HostMemoryFlags.Portable)); // as the device does
                    total += bytes;
                    granted(total);
                }
                catch (CudaException e) when (e is not DeviceLostException)
                {
                    // Perhaps there is still room for less.
                    refusal = $"{e.Name} ({e.Code})";
                    piece /= 2;
                }
                catch (OutOfMemoryException)
                {
                    refusal = "the system has no more memory";
                    piece /= 2;
                }
            }

            return total >= limitBytes ? null : refusal;
        }
        finally
        {
            foreach (HostMemoryHandle piece in pieces)
            {
                piece.Dispose();
            }
        }
    }
}
