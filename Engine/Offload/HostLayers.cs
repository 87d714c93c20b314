namespace SpecExecNative.Engine.Offload;

/// <summary>How many streamed layers wait where.</summary>
/// <param name="Pinned">In memory that the device copies from by itself.</param>
/// <param name="Pageable">In memory that the system would not pin: they go through a small pinned ring.</param>
/// <param name="Disk">In a file.</param>
public readonly record struct HostLayers(int Pinned, int Pageable, int Disk);
