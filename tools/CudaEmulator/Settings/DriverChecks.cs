namespace SpecExecNative.CudaEmulator.Settings;

/// <summary>Checks of how the host uses queues and memory, each of which can be switched.</summary>
[Flags]
internal enum DriverChecks
{
    None = 0,

    /// <summary>Pinned memory that changes between queueing and execution of a copy from it.</summary>
    SourceChanged = 1,

    /// <summary>Memory or a module freed while queued work still uses it.</summary>
    FreeInUse = 2,

    /// <summary>Two operations on the same bytes, one of them writing, with no order between them.</summary>
    Unordered = 4,

    /// <summary>The destination of a queued download is filled with noise until the download has run.</summary>
    PoisonDownloads = 8,

    All = SourceChanged | FreeInUse | Unordered | PoisonDownloads,
}
