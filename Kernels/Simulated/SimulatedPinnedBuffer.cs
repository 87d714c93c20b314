namespace SpecExecNative.Kernels.Simulated;

/// <summary>Host memory beside a simulated card. What nobody looks at takes no memory, so a model of any size can lie in it.</summary>
internal sealed class SimulatedPinnedBuffer(long bytes) : PinnedBuffer(bytes)
{
    private byte[]? _memory;

    /// <summary>It has been looked at.</summary>
    public bool HasContent => _memory is not null;

    public override Span<byte> Span(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Bytes - length);
        _memory ??= new byte[checked((int)Bytes)];
        return _memory.AsSpan((int)offset, length);
    }

    protected override void Dispose(bool disposing) => _memory = null;
}
