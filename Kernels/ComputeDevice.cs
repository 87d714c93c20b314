namespace SpecExecNative.Kernels;

/// <summary>
/// A processor with memory and in-order queues. The engine is written against this class alone, as if every
/// device were asynchronous: nothing that a queue was asked to do may be assumed done before the host has waited.
/// </summary>
public abstract class ComputeDevice : IDisposable
{
    /// <summary>What a person calls it, e.g. <c>CPU (AVX-512, 2 threads)</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Element type of activations between ops, i.e. of GEMM inputs. The residual stream and logits are always F32.</summary>
    public abstract DType ActivationType { get; }

    /// <summary>Element type of the KV cache.</summary>
    public abstract DType KvType { get; }

    /// <summary>Memory that could be allocated now, in bytes; null: the device does not tell, as a processor that shares the host's.</summary>
    public virtual long? FreeBytes => null;

    /// <summary>The host's time, in which the device's work is seen to pass. A device that only simulates has one of its own.</summary>
    public virtual TimeProvider Clock => TimeProvider.System;

    /// <summary>False: memory is only counted, so that filling it would be in vain.</summary>
    public virtual bool HoldsData => true;

    /// <summary>Uninitialised device memory.</summary>
    /// <param name="bytes">Size; at least 1.</param>
    /// <param name="purpose">What it is for; appears in the error.</param>
    /// <exception cref="DeviceOutOfMemoryException">There is not that much.</exception>
    public abstract DeviceBuffer Allocate(long bytes, string purpose);

    /// <summary>Host memory that the device's queues can copy from and to. Same contract as <see cref="Allocate"/>.</summary>
    public abstract PinnedBuffer AllocatePinned(long bytes, string purpose);

    /// <summary>A new in-order queue. Work on two queues is ordered by events only.</summary>
    /// <param name="name">What it is for.</param>
    /// <param name="results">What its ops promise about rows; a device may promise more than it is asked for.</param>
    public abstract ComputeQueue CreateQueue(string name, RowResults results = RowResults.Invariant);

    /// <summary>A new event, complete until first recorded.</summary>
    public abstract DeviceEvent CreateEvent();

    /// <summary>A new event that also tells when it was reached; null: this device does not tell. Same contract as <see cref="CreateEvent"/>.</summary>
    public virtual DeviceEvent? CreateTimedEvent() => null;

    /// <summary>A way for small results to reach the host quickly. Same contract as <see cref="Allocate"/>.</summary>
    public virtual Mailbox CreateMailbox(int bytes, string purpose) => new CopiedMailbox(this, bytes, purpose);

    /// <summary>Names the layout that <see cref="PackRows"/> writes: what was packed for one device fits another of the same.</summary>
    public abstract string LayoutName { get; }

    /// <summary>The system pins less memory than there is.</summary>
    public virtual bool PinnedMemoryIsScarce => false;

    /// <summary>Bytes that a weight matrix of this shape takes in the device's packed layout.</summary>
    public abstract long PackedBytes(WeightShape shape);

    /// <summary>
    /// Packs rows of a weight matrix on the host, for a later copy to the device. Rows may come in any order
    /// and portions; the matrix is whole once each row has been given once.
    /// </summary>
    /// <param name="rows">The rows as the checkpoint stores them: <paramref name="rowCount"/> × <c>shape.RowBytes</c> bytes, little-endian, any alignment.</param>
    /// <param name="shape">The whole matrix.</param>
    /// <param name="firstRow">Where these rows stand in it.</param>
    /// <param name="rowCount">How many they are.</param>
    /// <param name="destination">Where the packed matrix goes.</param>
    /// <param name="destinationOffset">Its start in <paramref name="destination"/>; it takes <see cref="PackedBytes"/> from there.</param>
    public abstract void PackRows(
        ReadOnlySpan<byte> rows, WeightShape shape, int firstRow, int rowCount, PinnedBuffer destination, long destinationOffset);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
