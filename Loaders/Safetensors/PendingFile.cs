namespace SpecExecNative.Loaders.Safetensors;

/// <summary>
/// A file that is written beside its place under a name that no other call has, and takes its place at <see cref="Commit"/>.
/// Disposed of without that, it leaves nothing behind.
/// </summary>
/// <remarks>Its failures are <see cref="SafetensorsFormatException"/>s, so an <see cref="IOException"/> is one of whoever writes into it.</remarks>
internal sealed class PendingFile : Stream
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _file;
    private bool _isCommitted;

    /// <exception cref="SafetensorsFormatException">Nothing can be written there.</exception>
    public PendingFile(string path)
    {
        _path = path;
        _temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            _file = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        }
        catch (Exception e) when (IsWriteError(e))
        {
            throw CannotBeWritten(e);
        }
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Puts what was written on the disk and in its place, over what may be there. A reader sees all of it or none.</summary>
    /// <exception cref="SafetensorsFormatException">That failed; what was there still is.</exception>
    public void Commit()
    {
        try
        {
            _file.Flush(flushToDisk: true);
            _file.Dispose();
            File.Move(_temporary, _path, overwrite: true);
            _isCommitted = true;
        }
        catch (Exception e) when (IsWriteError(e))
        {
            throw CannotBeWritten(e);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _file.Write(buffer);
        }
        catch (Exception e) when (IsWriteError(e))
        {
            throw CannotBeWritten(e);
        }
    }

    public override void Flush()
    {
        try
        {
            _file.Flush();
        }
        catch (Exception e) when (IsWriteError(e))
        {
            throw CannotBeWritten(e);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isCommitted)
        {
            Discard();
        }

        base.Dispose(disposing);
    }

    /// <summary>As far as that is possible: why the file is given up matters more than that a part of it stays.</summary>
    private void Discard()
    {
        try
        {
            _file.Dispose();
        }
        catch (Exception e) when (IsWriteError(e))
        {
            // What was buffered could not be written; it is not wanted any more.
        }

        try
        {
            File.Delete(_temporary);
        }
        catch (Exception e) when (IsWriteError(e))
        {
            // The directory is gone, or may not be changed any more.
        }
    }

    private static bool IsWriteError(Exception e) => e is IOException or UnauthorizedAccessException;

    private SafetensorsFormatException CannotBeWritten(Exception cause)
        => new(SafetensorsError.IoError, _path, null, $"cannot be written: {cause.Message}", cause);
}
