using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Transformers;

/// <summary>Packs pieces in pinned memory and copies them to memory of their own on the device.</summary>
internal sealed class WeightUpload(
    ComputeDevice device, ComputeQueue queue, PiecePacker packer, IProgress<LoadProgress>? progress, long totalBytes)
{
    private long _doneBytes;

    /// <summary>New pinned memory that holds <paramref name="pieces"/> at their offsets: they are copied whenever they are needed.</summary>
    public PinnedBuffer Keep(IReadOnlyList<BlobPiece> pieces, long bytes, string purpose)
    {
        packer.ThrowIfCancelled();
        PinnedBuffer buffer = device.AllocatePinned(bytes, purpose);
        try
        {
            foreach (BlobPiece piece in pieces)
            {
                packer.Pack(piece, buffer, 0);
            }
        }
        catch
        {
            buffer.Dispose();
            throw;
        }

        Report(bytes);
        return buffer;
    }

    /// <summary>New device memory that holds <paramref name="pieces"/> at their offsets.</summary>
    public DeviceBuffer Place(IReadOnlyList<BlobPiece> pieces, long bytes, string purpose)
    {
        packer.ThrowIfCancelled();
        using PinnedBuffer staging = device.AllocatePinned(bytes, $"staging {purpose}");
        foreach (BlobPiece piece in pieces)
        {
            packer.Pack(piece, staging, 0);
        }

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

    private void Report(long bytes)
    {
        _doneBytes += bytes;
        progress?.Report(new LoadProgress(_doneBytes, totalBytes));
    }
}
