using System.IO.MemoryMappedFiles;

namespace SpecExecNative.Loaders.Safetensors;

/// <summary>
/// A safetensors file, mapped into memory and validated: every tensor lies wholly inside the file.
/// Opening reads the header alone; tensors are read from disk as they are touched.
/// </summary>
/// <remarks>
/// The length is checked when the file is opened. If another process then shortens the file, touching the lost part
/// ends this process (SIGBUS), as with any mapped file: do not write to a checkpoint in use.
/// </remarks>
public sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedViewAccessor _view;
    private readonly SafetensorsHeader _header;
    private readonly long _dataBytes;
    private byte* _start;

    private SafetensorsFile(string path, MemoryMappedViewAccessor view, long length)
    {
        Path = path;
        _view = view;
        try
        {
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
            _start += _view.PointerOffset;
            int headerLimit = (int)Math.Min(length, SafetensorsHeader.LengthBytes + SafetensorsHeader.MaxHeaderBytes);
            _header = SafetensorsHeader.Parse(new ReadOnlySpan<byte>(_start, headerLimit), length, path);
            _dataBytes = length - _header.DataStart;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => _header.Tensors;

    /// <summary>The header's <c>__metadata__</c>; empty if it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Maps and validates a file.</summary>
    /// <exception cref="SafetensorsFormatException">It is missing, may not be read, or is not a valid safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            long length = stream.Length;
            if (length < SafetensorsHeader.LengthBytes)
            {
                // An empty file cannot be mapped.
                SafetensorsHeader.Parse([], length, path);
            }

            // The view outlives both the map and the stream.
            using MemoryMappedFile map = MemoryMappedFile.CreateFromFile(
                stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            return new SafetensorsFile(path, map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read), length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new SafetensorsFormatException(SafetensorsError.IoError, path, null, $"cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Part of a tensor's bytes, little-endian and row-major as stored, at any alignment. Nothing is copied.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    /// <param name="offset">First byte, from the tensor's start.</param>
    /// <param name="length">How many.</param>
    /// <returns>A window on the mapped file; it must not be used after <see cref="Dispose"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the tensor.</exception>
    public ReadOnlySpan<byte> Read(TensorInfo tensor, long offset, int length)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ObjectDisposedException.ThrowIf(_start is null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, tensor.Bytes - length);

        // A TensorInfo of another file, or one made by hand, must not lead outside this one.
        ArgumentOutOfRangeException.ThrowIfNegative(tensor.Offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tensor.Bytes, _dataBytes - tensor.Offset);
        return new ReadOnlySpan<byte>(_start + _header.DataStart + tensor.Offset + offset, length);
    }

    public void Dispose()
    {
        if (_start is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _start = null;
        }

        _view.Dispose();
    }
}
