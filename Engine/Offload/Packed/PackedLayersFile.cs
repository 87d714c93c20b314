using System.Runtime.ExceptionServices;
using Microsoft.Win32.SafeHandles;
using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Offload;

/// <summary>A model's layers as its device wants them, in a file: packed once, and read by every later start and by every pass that streams them from disk.</summary>
internal sealed class PackedLayersFile : IDisposable
{
    private readonly PackedHeader _header;
    private readonly SafeFileHandle _file;
    private readonly bool _isUnbuffered;
    private readonly Lazy<SafeFileHandle> _buffered;
    private volatile bool _refusesUnbuffered;
    private readonly DateTime _written;

    private PackedLayersFile(string path, PackedHeader header, SafeFileHandle file, bool isUnbuffered)
    {
        (FilePath, _header, _file, _isUnbuffered) = (path, header, file, isUnbuffered);
        _written = File.GetLastWriteTimeUtc(path);
        _buffered = new Lazy<SafeFileHandle>(() => OpenBuffered(path));
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
            return new PackedLayersFile(path, header, direct ?? OpenBuffered(path), direct is not null);
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
        ReadAt(layer, offset, destination, ReadSome);
    }

    /// <summary>Reads a whole layer, several reads at a time.</summary>
    /// <param name="layer">Of the model.</param>
    /// <param name="destination">Receives its blob.</param>
    /// <exception cref="PackedFileException">It cannot be read.</exception>
    public void ReadLayer(int layer, PinnedBuffer destination)
    {
        const int PieceBytes = 4 << 20;
        long pieces = (_header.LayerBytes + PieceBytes - 1) / PieceBytes;
        try
        {
            using SafeFileHandle buffered = OpenBuffered(FilePath); // for what does not fill a page
            Parallel.For(0, pieces, piece =>
            {
                long offset = piece * PieceBytes;
                int bytes = (int)Math.Min(PieceBytes, _header.LayerBytes - offset);
                int whole = bytes / PackedHeader.PageBytes * PackedHeader.PageBytes;
                Read(layer, offset, destination.Span(offset, whole));
                ReadAt(layer, offset + whole, destination.Span(offset + whole, bytes - whole), (rest, at) => RandomAccess.Read(buffered, rest, at));
            });
        }
        catch (AggregateException e) when (e.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(e.InnerException);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not PackedFileException))
        {
            throw new PackedFileException(FilePath, $"cannot be opened: {e.Message}", e);
        }
    }

    private void ReadAt(int layer, long offset, Span<byte> destination, ReadFrom read)
    {
        long at = _header.OffsetOf(layer) + offset;
        try
        {
            while (!destination.IsEmpty)
            {
                int some = read(destination, at);
                if (some == 0)
                {
                    throw new PackedFileException(FilePath, $"ends at byte {at:N0} of {_header.FileBytes:N0}. Start again: it will be made anew.");
                }

                at += some;
                destination = destination[some..];
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

    private static SafeFileHandle OpenBuffered(string path)
        => File.OpenHandle(path, share: FileShare.Read | FileShare.Delete, options: FileOptions.RandomAccess);

    /// <summary>Some file systems, and memory that does not begin on a page, allow no unbuffered read: then it is an ordinary one.</summary>
    private int ReadSome(Span<byte> destination, long at)
    {
        if (_isUnbuffered && !_refusesUnbuffered)
        {
            try
            {
                return RandomAccess.Read(_file, destination, at);
            }
            catch (IOException)
            {
                _refusesUnbuffered = true; // if the disk is at fault, the ordinary read will say so
            }
        }

        return RandomAccess.Read(_isUnbuffered ? _buffered.Value : _file, destination, at);
    }

    private delegate int ReadFrom(Span<byte> destination, long at);
}
