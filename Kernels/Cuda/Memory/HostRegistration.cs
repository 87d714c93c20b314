using SpecExecNative.Kernels.Cuda.Interop;

namespace SpecExecNative.Kernels.Cuda.Memory;

/// <summary>
/// Registers memory of the program's own for as long as the driver does so: what it has refused once, for another reason than want of memory,
/// it is not asked for again.
/// </summary>
/// <param name="context">Whose driver.</param>
/// <param name="isSupported">The card's attributes say that it does.</param>
/// <param name="pieceBytes">Of one registration; whole pages.</param>
internal sealed class HostRegistration(PrimaryContext context, bool isSupported, long pieceBytes)
{
    private volatile bool _isRefused = !isSupported;

    /// <summary>Takes memory.</summary>
    /// <param name="bytes">Its size.</param>
    /// <param name="refusal">The driver's words, if this was the call at which it refused for good.</param>
    /// <returns>Null: the driver does not do so.</returns>
    /// <exception cref="OutOfMemoryException">There is no such memory at all.</exception>
    /// <exception cref="CudaException">The driver does not lock so much, or the card is lost.</exception>
    public RegisteredMemoryHandle? TryTake(long bytes, out CudaException? refusal)
    {
        refusal = null;
        if (_isRefused)
        {
            return null;
        }

        try
        {
            return new RegisteredMemoryHandle(context, bytes, pieceBytes);
        }
        catch (CudaException e) when (e is not DeviceLostException && e.Code != (int)CudaResult.OutOfMemory)
        {
            _isRefused = true;
            refusal = e;
            return null;
        }
    }
}
