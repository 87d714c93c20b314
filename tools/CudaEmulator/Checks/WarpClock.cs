namespace SpecExecNative.CudaEmulator.Checks;

/// <summary>Logical time of one warp, and what it knows of the other warps of its block: every access of warp a at a
/// time up to Known[a] happened before whatever this warp does next. A warp's own time advances whenever it
/// synchronises in any way, so an access is ordered before another warp exactly if its time is known there (vector
/// clocks, as in FastTrack by Flanagan and Freund, PLDI 2009).</summary>
internal sealed class WarpClock(int warp)
{
    private readonly uint[] _lanes = new uint[32 * 32];
    private bool _partial;

    /// <summary>Stamp of accesses made now.</summary>
    public uint Now { get; private set; }

    /// <summary>What is known of each warp; of the own one: what all its lanes know of each other.</summary>
    public uint[] Known { get; private set; } = [];

    /// <summary>Least of <see cref="Known"/>: whatever is stamped so or earlier is ordered, whoever did it.</summary>
    public uint KnownOfAll { get; private set; }

    /// <summary>Time of the last memory fence; accesses up to it may be published by whoever knows them.</summary>
    public uint FenceTime { get; private set; }

    /// <summary>What the warp knew at its last fence.</summary>
    public uint[] KnownAtFence { get; private set; } = [];

    public void Begin(int warps, uint start)
    {
        if (Known.Length != warps)
        {
            Known = new uint[warps];
            KnownAtFence = new uint[warps];
        }

        Array.Fill(Known, start - 1);
        Array.Fill(KnownAtFence, start - 1);
        if (_partial)
        {
            Array.Clear(_lanes);
            _partial = false;
        }

        Now = start;
        KnownOfAll = start - 1;
        FenceTime = start - 1;
    }

    /// <summary>Whether an access of a thread of this block, made at a time, is ordered before what a lane of this warp
    /// does now.</summary>
    public bool Ordered(int lane, int byWarp, int byLane, uint time)
    {
        if (time <= Known[byWarp])
        {
            return true;
        }

        return byWarp == warp && (byLane == lane || (_partial && time <= _lanes[(lane * 32) + byLane]));
    }

    /// <summary>All lanes of the warp meet.</summary>
    public void SynchroniseAll()
    {
        Known[warp] = Now;
        Advance(Now + 1);
    }

    /// <summary>Some lanes of the warp meet: each learns what any of them knows.</summary>
    public void Synchronise(uint lanes)
    {
        _partial = true;
        Span<uint> joined = stackalloc uint[32];
        for (int lane = 0; lane < 32; lane++)
        {
            if ((lanes >> lane & 1) == 0)
            {
                continue;
            }

            for (int other = 0; other < 32; other++)
            {
                joined[other] = Math.Max(joined[other], _lanes[(lane * 32) + other]);
            }

            joined[lane] = Now;
        }

        for (int lane = 0; lane < 32; lane++)
        {
            if ((lanes >> lane & 1) != 0)
            {
                joined.CopyTo(_lanes.AsSpan(lane * 32));
            }
        }

        Advance(Now + 1);
    }

    public void Fence()
    {
        FenceTime = Now;
        Known.CopyTo(KnownAtFence, 0);
        KnownAtFence[warp] = Now;
        Advance(Now + 1);
    }

    /// <summary>Learns what somebody else published.</summary>
    public void Learn(ReadOnlySpan<uint> known)
    {
        for (int other = 0; other < Known.Length; other++)
        {
            Known[other] = Math.Max(Known[other], known[other]);
        }

        UpdateLeast();
    }

    /// <summary>Goes on to a later time.</summary>
    public void Advance(uint now)
    {
        Now = now;
        UpdateLeast();
    }

    private void UpdateLeast()
    {
        uint least = uint.MaxValue;
        foreach (uint time in Known)
        {
            least = Math.Min(least, time);
        }

        KnownOfAll = least;
    }
}
