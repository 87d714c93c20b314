namespace SpecExecNative.CudaEmulator.Driver.Work;

/// <summary>Bytes that an operation touches.</summary>
/// <param name="Address">First byte.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Kind">Whether they are read, written, or possibly either.</param>
internal readonly record struct MemoryAccess(ulong Address, long Bytes, AccessKind Kind)
{
    internal ulong End => Address + (ulong)Bytes;

    internal bool Overlaps(ulong address, long bytes) => Address < address + (ulong)bytes && address < End;
}
