namespace SpecExecNative.Kernels.Cuda.Memory;

/// <summary>Page-locked memory of the host, however it was had.</summary>
internal abstract unsafe class HostMemoryHandle(PrimaryContext context) : ContextResource(context)
{
    /// <summary>Where the host has it.</summary>
    public byte* Address => (byte*)Value;

    /// <summary>
    /// The driver knows it in pieces of so many bytes, and a copy that leaves one fails. The largest number: it is all one piece.
    /// </summary>
    public virtual long PieceBytes => long.MaxValue;
}
