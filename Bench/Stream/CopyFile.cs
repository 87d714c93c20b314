using SpecExecNative.Engine.Offload;
using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Stream;

/// <summary>A file that copies from disk are made from, for as long as they are measured.</summary>
internal sealed class CopyFile : IDisposable
{
    private readonly string _path;
    private readonly PackedHeader _header;

    /// <param name="device">Gives the memory to write it from.</param>
    /// <param name="folder">Where it goes.</param>
    /// <param name="bytes">Of its one layer.</param>
    /// <exception cref="PackedFileException">It cannot be written.</exception>
    public CopyFile(ComputeDevice device, string folder, int bytes)
    {
        _path = Path.Combine(folder, $"copies-{Environment.ProcessId}.layers");
        _header = new PackedHeader(PackedHeader.KeyOf("random bytes"), 1, bytes);
        using PinnedBuffer random = device.AllocatePinned(bytes, "copies");
        new Random(1).NextBytes(random.Span(0, bytes));
        PackedLayersWriter.Write(_path, _header, _ => random, CancellationToken.None);
    }

    /// <exception cref="PackedFileException">It has gone.</exception>
    public PackedLayersFile Open() => PackedLayersFile.TryOpen(_path, _header) ?? throw new PackedFileException(_path, "was written, but cannot be read again. Is its disk in order?");

    public void Dispose() => File.Delete(_path);
}
