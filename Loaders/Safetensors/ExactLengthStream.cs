namespace SpecExecNative.Loaders.Safetensors;

/// <summary>Passes a tensor's bytes on and holds whoever writes them to their promised number.</summary>
internal sealed class ExactLengthStream(Stream inner, string tensorName, long bytes) : Stream
{
    private long _written;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _written;
        set => throw new NotSupportedException();
    }

    /// <exception cref="InvalidOperationException">Fewer bytes came than were promised.</exception>
    public void Complete()
    {
        if (_written != bytes)
        {
            throw new InvalidOperationException($"Tensor '{tensorName}' wrote {_written} bytes, but its shape takes {bytes}.");
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length > bytes - _written)
        {
            throw new InvalidOperationException($"Tensor '{tensorName}' wrote more than the {bytes} bytes that its shape takes.");
        }

        inner.Write(buffer);
        _written += buffer.Length;
    }

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
