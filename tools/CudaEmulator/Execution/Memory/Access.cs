namespace SpecExecNative.CudaEmulator.Execution.Memory;

internal enum AccessKind : byte
{
    Read,
    Write,

    /// <summary>Reads and writes at once.</summary>
    Atomic,

    /// <summary>Starts an asynchronous copy into shared memory.</summary>
    CopyInto,
}

/// <summary>What a warp does at its addresses.</summary>
/// <param name="Kind">Reading, writing or both.</param>
/// <param name="Bytes">Bytes of each lane, a power of two up to 16.</param>
/// <param name="Strong">Whether it may race with its like (volatile, relaxed, atomic).</param>
internal readonly record struct Access(AccessKind Kind, int Bytes, bool Strong)
{
    public string Verb => Kind is AccessKind.Read ? "reads" : Kind is AccessKind.Atomic ? "updates" : "writes";
}
