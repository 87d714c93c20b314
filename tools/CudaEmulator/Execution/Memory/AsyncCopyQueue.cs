namespace SpecExecNative.CudaEmulator.Execution.Memory;

/// <summary>One lane's cp.async that has not been waited for.</summary>
/// <param name="Lane">Who issued it.</param>
/// <param name="Group">The lane's commits before it.</param>
/// <param name="Destination">Byte offset in shared memory.</param>
/// <param name="Source">Address of the source.</param>
/// <param name="Bytes">Bytes written.</param>
/// <param name="SourceBytes">Bytes read; the rest is filled with zeros.</param>
internal record struct PendingCopy(int Lane, int Group, int Destination, ulong Source, int Bytes, int SourceBytes)
{
    /// <summary>Whether the bytes have arrived already.</summary>
    public bool Arrived { get; set; }
}

/// <summary>A warp's copies in flight, in the order they were issued.</summary>
internal sealed class AsyncCopyQueue
{
    private readonly int[] _commits = new int[32];

    public List<PendingCopy> Pending { get; } = [];

    public void Clear()
    {
        Pending.Clear();
        Array.Clear(_commits);
    }

    /// <summary>Group into which a lane's next copy goes.</summary>
    public int GroupOf(int lane) => _commits[lane];

    public void Commit(int lane) => _commits[lane]++;
}
