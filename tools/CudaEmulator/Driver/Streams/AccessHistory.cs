using SpecExecNative.CudaEmulator.Driver.Work;

namespace SpecExecNative.CudaEmulator.Driver.Streams;

/// <summary>
/// Who has touched which bytes of each allocation. Two operations that touch the same bytes, one of them writing, must
/// be ordered by a stream, an event or the host; if they are not, the program is wrong in every schedule, though the
/// bits come out right in most. Guarded by the scheduler's gate.
/// </summary>
internal sealed class AccessHistory
{
    private const int LongList = 64;

    // Beyond it the oldest access is forgotten: a finding may be missed, none is invented.
    private const int LongestList = 1024;

    private readonly Dictionary<ulong, List<Entry>> _regions = [];

    /// <summary>Adds what an operation has done.</summary>
    /// <param name="region">First byte of the allocation.</param>
    /// <param name="operation">The operation, which has run.</param>
    /// <param name="access">Bytes of that allocation.</param>
    /// <param name="settled">What every operation from now on comes after: such entries can never conflict again.</param>
    /// <returns>The description of an earlier operation that conflicts; null when there is none.</returns>
    internal string? Add(ulong region, Operation operation, MemoryAccess access, VectorClock settled)
    {
        if (!_regions.TryGetValue(region, out List<Entry>? entries))
        {
            _regions[region] = entries = [];
        }

        string? conflict = null;
        bool writes = access.Kind == AccessKind.Write;
        foreach (Entry entry in entries)
        {
            if ((writes || entry.Writes) && access.Overlaps(entry.Access.Address, entry.Access.Bytes)
                && !operation.Clock.Covers(entry.Chain, entry.Sequence))
            {
                conflict = $"{entry.Description} {(entry.Writes ? "writes" : "reads")}";
                break;
            }
        }

        // Whoever conflicts with an access that this one comes after and covers, conflicts with this one.
        entries.RemoveAll(entry => access.Address <= entry.Access.Address && entry.Access.End <= access.End
            && (writes || !entry.Writes) && operation.Clock.Covers(entry.Chain, entry.Sequence));
        if (entries.Count >= LongList)
        {
            entries.RemoveAll(entry => settled.Covers(entry.Chain, entry.Sequence));
        }

        if (entries.Count >= LongestList)
        {
            entries.RemoveAt(0);
        }

        entries.Add(new Entry(operation.Chain, operation.Sequence, access, operation.Work!.Description));
        return conflict;
    }

    internal void Forget(ulong region) => _regions.Remove(region);

    private readonly record struct Entry(int Chain, int Sequence, MemoryAccess Access, string Description)
    {
        internal bool Writes => Access.Kind == AccessKind.Write;
    }
}
