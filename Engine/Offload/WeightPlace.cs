namespace SpecExecNative.Engine.Offload;

/// <summary>Where streamed layers wait.</summary>
public enum WeightPlace
{
    /// <summary>In main memory, unless that would not hold them.</summary>
    Auto,

    /// <summary>In main memory: pinned, and what the system will not pin pageable.</summary>
    Ram,

    /// <summary>In a file, packed as the device wants them.</summary>
    Disk,
}
