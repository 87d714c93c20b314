namespace SpecExecNative.Kernels;

/// <summary>A device, or the host for pinned memory, could not give the memory that was asked for.</summary>
public sealed class DeviceOutOfMemoryException : Exception
{
    public DeviceOutOfMemoryException(string device, string purpose, long bytes, Exception? inner = null)
        : base($"{device}: cannot allocate {bytes:N0} bytes for {purpose}.", inner)
    {
        RequestedBytes = bytes;
    }

    /// <summary>What was asked for.</summary>
    public long RequestedBytes { get; }

    /// <summary>It was the machine's memory that did not suffice, not the device's: fewer layers on the device would need yet more of it.</summary>
    public bool IsHost { get; init; }
}
