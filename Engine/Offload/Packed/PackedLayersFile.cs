using Microsoft.Win32.SafeHandles;

namespace SpecExecNative.Engine.Offload;

/// <summary>A model's layers as its device wants them, in a file: packed once, and read by every later start and by every pass that streams them from disk.</summary>
internal sealed class PackedLayersFile : IDisposable
{
    private readonly PackedHeader _header;
    private readonly SafeFileHandle _file;
    private readonly bool _isUnbuffered;
    private readonly Lazy<SafeFileHandle> _buffered;
    private readonly DateTime _written;

    private PackedLayersFile(string path, PackedHeader header, SafeFileHandle file, bool isUnbuffered)
    {
        (FilePath, _header, _file, _isUnbuffered) = (path, header, file, isUnbuffered);
        _written = File.GetLastWriteTimeUtc(path);
        _buffered = new Lazy<SafeFileHandle>(() => File.OpenHandle(path, options: FileOptions.RandomAccess));
    }

    public string FilePath { get; }

    /// <summary>Reads begin and end on multiples of this.</summary>
    public int Alignment => _isUnbuffered ? PackedHeader.PageBytes : 1;

    /// <summary>Opens the file if it is there, whole, and for this very model and device.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">What must be in it.</param>
    /// <returns>Null: it must be made.</returns>
    public static PackedLayersFile? TryOpen(string path, PackedHeader header)
    {
        try
        {
            using (FileStream file = File.OpenRead(path))
            {
                byte[] page = new byte[PackedHeader.PageBytes];
                if (file.Length != header.FileBytes || file.ReadAtLeast(page, page.Length, throwOnEndOfStream: false) < page.Length || !page.AsSpan().SequenceEqual(header.ToPage()))
                {
                    return null;
                }
            }

            SafeFileHandle? direct = UnbufferedFile.TryOpen(path);
            return new PackedLayersFile(path, header, direct ?? File.OpenHandle(path, options: FileOptions.RandomAccess), direct is not null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <exception cref="PackedFileException">The file is no longer what was opened.</exception>
    public void RequireUnchanged()
    {
        var now = new FileInfo(FilePath);
        if (!now.Exists || now.Length != _header.FileBytes || now.LastWriteTimeUtc != _written)
        {
            throw new PackedFileException(FilePath, "was changed or removed while it was in use. Start again: it will be made anew.");
        }
    }

    /// <summary>Reads a part of a layer; may be called by many threads.</summary>
    /// <param name="layer">Of the model.</param>
    /// <param name="offset">In its blob; a multiple of <see cref="Alignment"/>.</param>
    /// <param name="destination">Receives it.</param>
    /// <exception cref="PackedFileException">It cannot be read.</exception>
    public void Read(int layer, long offset, Span<byte> destination)
    {
        long at = _header.OffsetOf(layer) + offset;
        try
        {
            while (!destination.IsEmpty)
            {
                int read = ReadSome(destination, at);
                if (read == 0)
                {
                    throw new PackedFileException(FilePath, $"ends at byte {at:N0} of {_header.FileBytes:N0}. Start again: it will be made anew.");
                }

                at += read;
                destination = destination[read..];
            }
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not PackedFileException))
        {
            throw new PackedFileException(FilePath, $"cannot be read at byte {at:N0}: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        if (_buffered.IsValueCreated)
        {
            _buffered.Value.Dispose();
        }
    }

    /// <summary>Some file systems, and memory that does not begin on a page, allow no unbuffered read: then it is an ordinary one.</summary>
    private int ReadSome(Span<byte> destination, long at)
    {
        if (_isUnbuffered && !_buffered.IsValueCreated)
        {
            try
            {
                return RandomAccess.Read(_file, destination, at);
            }
            catch (IOException)
            {
                // If the disk is at fault, the ordinary read will say so.
            }
        }

        return RandomAccess.Read(_isUnbuffered ? _buffered.Value : _file, destination, at);
    }
}
