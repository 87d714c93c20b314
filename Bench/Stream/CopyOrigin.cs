namespace SpecExecNative.Bench.Stream;

/// <summary>Where copies to a device come from, and by which way.</summary>
internal enum CopyOrigin
{
    /// <summary>Pinned memory of the driver's, as a queue copies it: on a card, small copies go by a kernel of ours.</summary>
    Pinned,

    /// <summary>The same, whatever the size by the card's copy engine.</summary>
    Engine,

    /// <summary>Pinned memory of the program's own, registered: what large layers wait in.</summary>
    Registered,

    /// <summary>Pageable memory, through a ring of pinned memory.</summary>
    Staged,

    /// <summary>A file, through the same ring.</summary>
    Disk,
}
