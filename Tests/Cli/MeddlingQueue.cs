using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Cli;

/// <summary>A queue that can lie about wide passes, and that tells when it is waited for.</summary>
internal sealed class MeddlingQueue(ComputeQueue inner) : ComputeQueue
{
    /// <summary>
    /// Added to the norm's epsilon in passes over more than one row: then a row's result depends on the batch it is in,
    /// which is the very fault that makes speculation lossy.
    /// </summary>
    public float ErrorOfWidePasses { get; init; }

    /// <summary>Called before every wait.</summary>
    public Action Waited { get; init; } = () => { };

    /// <summary>What is copied from in fact.</summary>
    public Func<PinnedBuffer, PinnedBuffer> SourceOf { get; init; } = source => source;

    public override void CopyToDevice(PinnedBuffer source, long sourceOffset, DeviceBuffer destination, long destinationOffset, long bytes)
        => inner.CopyToDevice(SourceOf(source), sourceOffset, destination, destinationOffset, bytes);

    public override void CopyToHost(DeviceBuffer source, long sourceOffset, PinnedBuffer destination, long destinationOffset, long bytes)
        => inner.CopyToHost(source, sourceOffset, destination, destinationOffset, bytes);

    public override void Record(DeviceEvent point) => inner.Record(point);

    public override void Wait(DeviceEvent point) => inner.Wait(point);

    public override void Synchronize()
    {
        Waited();
        inner.Synchronize();
    }

    public override void Embed(WeightMatrix table, DeviceTensor tokens, DeviceTensor output) => inner.Embed(table, tokens, output);

    public override void RmsNorm(DeviceTensor input, DeviceTensor weight, float epsilon, DeviceTensor output, DeviceTensor? order = null)
        => inner.RmsNorm(input, weight, input.Rows > 1 ? epsilon + ErrorOfWidePasses : epsilon, output, order);

    public override void Linear(DeviceTensor input, WeightMatrix weight, DeviceTensor? bias, DeviceTensor output, LinearOutput mode)
        => inner.Linear(input, weight, bias, output, mode);

    public override void SwiGlu(DeviceTensor input, WeightMatrix gate, WeightMatrix up, DeviceTensor output)
        => inner.SwiGlu(input, gate, up, output);

    public override void RotateAndStore(
        DeviceTensor qkv,
        AttentionShape shape,
        QueryKeyNorm? norm,
        DeviceTensor rope,
        in TokenRows rows,
        KvCacheLayer cache,
        DeviceTensor queries)
        => inner.RotateAndStore(qkv, shape, norm, rope, rows, cache, queries);

    public override void TreeAttention(
        DeviceTensor queries, AttentionShape shape, in TokenRows rows, KvCacheLayer cache, DeviceTensor output, DeviceTensor? places = null)
        => inner.TreeAttention(queries, shape, rows, cache, output, places);

    public override void GatherRows(DeviceTensor input, DeviceTensor indices, DeviceTensor output)
        => inner.GatherRows(input, indices, output);

    public override void TopK(DeviceTensor logits, int vocabulary, float temperature, DeviceTensor ids, DeviceTensor logProbabilities)
        => inner.TopK(logits, vocabulary, temperature, ids, logProbabilities);

    public override void MoveSlots(KvCacheLayer cache, DeviceTensor slots, int firstDestination)
        => inner.MoveSlots(cache, slots, firstDestination);

    protected override void Dispose(bool disposing) => inner.Dispose();
}
