using System.Collections.Concurrent;

namespace SpecExecNative.CudaEmulator.Checks;

/// <summary>What a block published: of each of its warps the accesses before a time, counted from the block's
/// start.</summary>
internal sealed record PublishedClock(uint Serial, uint[] Known);

/// <summary>Addresses through which threads of a launch hand data over: a fence and a strong write publish what the
/// writer knew, a strong read of the address learns it. (The PTX memory model asks for a fence behind the read, too;
/// programs that leave it out are common and are let pass.)</summary>
internal sealed class SyncVariables
{
    private readonly ConcurrentDictionary<ulong, ConcurrentDictionary<uint, PublishedClock>> _published = new();

    /// <summary>Whether anything has been published yet: most launches never do.</summary>
    public bool IsEmpty => _published.IsEmpty;

    public void Publish(ulong address, PublishedClock clock, IEnumerable<PublishedClock> learnt)
    {
        ConcurrentDictionary<uint, PublishedClock> at = _published.GetOrAdd(address, static _ => new());
        Join(at, clock);
        foreach (PublishedClock foreign in learnt)
        {
            Join(at, foreign);
        }
    }

    public IEnumerable<PublishedClock> Learn(ulong address) =>
        _published.TryGetValue(address, out ConcurrentDictionary<uint, PublishedClock>? at) ? at.Values : [];

    public static void Join(ConcurrentDictionary<uint, PublishedClock> into, PublishedClock clock) =>
        into.AddOrUpdate(
            clock.Serial,
            static (_, fresh) => fresh,
            static (_, old, fresh) => new PublishedClock(old.Serial, [.. old.Known.Zip(fresh.Known, Math.Max)]),
            clock);
}
