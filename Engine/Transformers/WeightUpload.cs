using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Transformers;

/// <summary>Packs pieces in pinned memory and copies them to memory of their own on the device.</summary>
internal sealed class WeightUpload(
    ComputeDevice device, ComputeQueue queue, PiecePacker packer, IProgress<LoadProgress>? progress, long totalBytes)
{
    private long _doneBytes;
    private long _totalBytes = totalBytes;

    /// <summary>New device memory that holds <paramref name="pieces"/> at their offsets.</summary>
    public DeviceBuffer Place(IReadOnlyList<BlobPiece> pieces, long bytes, string purpose) => Place(staging => Pack(pieces, staging), bytes, purpose);

    /// <summary>Packs <paramref name="pieces"/> to their offsets.</summary>
    public void Pack(IReadOnlyList<BlobPiece> pieces, PinnedBuffer destination)
    {
        packer.ThrowIfCancelled();
        foreach (BlobPiece piece in pieces)
        {
            packer.Pack(piece, destination, 0);
        }
    }

    /// <summary>New device memory that holds what <paramref name="fill"/> writes.</summary>
    public DeviceBuffer Place(Action<PinnedBuffer> fill, long bytes, string purpose)
    {
        using PinnedBuffer staging = device.AllocatePinned(bytes, $"staging {purpose}");
        fill(staging);
        DeviceBuffer buffer = device.Allocate(bytes, purpose);
        try
        {
            queue.CopyToDevice(staging, 0, buffer, 0, bytes);
            queue.Synchronize();
        }
        catch
        {
            buffer.Dispose();
            throw;
        }

        Report(bytes);
        return buffer;
    }

    /// <summary>So many more bytes are where they are to be.</summary>
    public void Report(long bytes)
    {
        _doneBytes += bytes;
        progress?.Report(new LoadProgress(_doneBytes, _totalBytes));
    }

    /// <summary>So many bytes were packed that have still to be brought where they are to be.</summary>
    public void ReportMore(long bytes)
    {
        _totalBytes += bytes;
        Report(bytes);
    }
}
