using SpecExecNative.Kernels;
using SpecExecNative.Tests.Cli;

namespace SpecExecNative.Tests.Engine.Offload;

/// <summary>A device beside a system that pins so many layers at a time and no more; small buffers are always pinned.</summary>
internal sealed class PinningDevice(ComputeDevice inner, int granted) : ComputeDevice
{
    private int _held;

    public override string Name => inner.Name;

    public override DType ActivationType => inner.ActivationType;

    public override DType KvType => inner.KvType;

    public override string LayoutName => inner.LayoutName;

    public override bool PinnedMemoryIsScarce => true;

    public override DeviceBuffer Allocate(long bytes, string purpose) => inner.Allocate(bytes, purpose);

    public override PinnedBuffer AllocatePinned(long bytes, string purpose)
    {
        PinnedBuffer buffer = inner.AllocatePinned(bytes, purpose);
        if (!purpose.StartsWith("layer", StringComparison.Ordinal))
        {
            return buffer;
        }

        if (_held == granted)
        {
            buffer.Dispose();
            throw new DeviceOutOfMemoryException("host (page-locked)", purpose, bytes);
        }

        _held++;
        return new Counted(buffer, () => _held--);
    }

    public override ComputeQueue CreateQueue(string name, RowResults results = RowResults.Invariant) => new MeddlingQueue(inner.CreateQueue(name, results)) { SourceOf = Counted.Inner };

    public override DeviceEvent CreateEvent() => inner.CreateEvent();

    public override long PackedBytes(WeightShape shape) => inner.PackedBytes(shape);

    public override void PackRows(
        ReadOnlySpan<byte> rows, WeightShape shape, int firstRow, int rowCount, PinnedBuffer destination, long destinationOffset)
        => inner.PackRows(rows, shape, firstRow, rowCount, Counted.Inner(destination), destinationOffset);

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Counted(PinnedBuffer inner, Action freed) : PinnedBuffer(inner.Bytes)
    {
        private bool _disposed;

        public static PinnedBuffer Inner(PinnedBuffer buffer) => buffer is Counted counted ? counted.Held : buffer;

        private PinnedBuffer Held => inner;

        public override Span<byte> Span(long offset, int length) => inner.Span(offset, length);

        protected override void Dispose(bool disposing)
        {
            if (!_disposed)
            {
                _disposed = true;
                inner.Dispose();
                freed();
            }
        }
    }

}
