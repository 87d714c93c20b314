namespace SpecExecNative.CudaEmulator.Execution;

/// <summary>One of a block's 16 barriers, between two completions.</summary>
internal sealed class BlockBarrier
{
    /// <summary>Most warps of a block.</summary>
    public const int MostWarps = 32;

    /// <summary>Threads that have arrived, counted in whole warps where the barrier names a number.</summary>
    public int Arrived { get; set; }

    /// <summary>Threads it waits for; -1: all of the block that have not left.</summary>
    public int Expected { get; set; } = -1;

    /// <summary>Warps that wait here.</summary>
    public uint Waiting { get; set; }

    /// <summary>Warps that waited or merely arrived.</summary>
    public uint Participants { get; set; }

    /// <summary>Instruction of the first arrival, or -1.</summary>
    public int FirstAt { get; set; } = -1;

    /// <summary>Threads whose predicate held (barrier.red).</summary>
    public int Votes { get; set; }

    /// <summary>Threads that voted.</summary>
    public int Voters { get; set; }

    /// <summary>What the participants know together.</summary>
    public uint[] Known { get; } = new uint[MostWarps];

    public void Clear()
    {
        Arrived = 0;
        Expected = -1;
        Waiting = 0;
        Participants = 0;
        FirstAt = -1;
        Votes = 0;
        Voters = 0;
        Array.Clear(Known);
    }
}
