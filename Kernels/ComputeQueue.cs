namespace SpecExecNative.Kernels;

/// <summary>
/// An in-order, asynchronous queue of copies and of the transformer's ops. A call returns when the work is queued;
/// arguments that are wrong are refused at once with an <see cref="ArgumentException"/>.
/// Shapes: M rows (tokens), D hidden size, F intermediate size, V vocabulary, H query heads, G kv heads, h head size.
/// </summary>
/// <remarks>
/// <b>Row invariance.</b> Each output row depends bit for bit on its own input row, weights and keys only, never on M,
/// on its place in the batch or on the slots its ancestors lie in, unless the queue was made for <see cref="RowResults.BatchDependent"/>.
/// (On a card: as long as all numbers are finite.)
/// </remarks>
public abstract class ComputeQueue : IDisposable
{
    /// <summary>Copies host to device. The pinned range must stay untouched until the copy is done.</summary>
    public abstract void CopyToDevice(PinnedBuffer source, long sourceOffset, DeviceBuffer destination, long destinationOffset, long bytes);

    /// <summary>Copies device to host.</summary>
    public abstract void CopyToHost(DeviceBuffer source, long sourceOffset, PinnedBuffer destination, long destinationOffset, long bytes);

    /// <summary>Marks this point of the queue.</summary>
    public abstract void Record(DeviceEvent point);

    /// <summary>Makes later work of this queue wait for the last <see cref="Record"/> of <paramref name="point"/> before this call, without the host.</summary>
    public abstract void Wait(DeviceEvent point);

    /// <summary>Blocks the host until everything queued so far is done.</summary>
    public abstract void Synchronize();

    /// <summary>Row i of <paramref name="output"/> = row tokens[i] of the table.</summary>
    /// <param name="table">Embedding <c>[V, D]</c>.</param>
    /// <param name="tokens">I32 <c>[1, M]</c>.</param>
    /// <param name="output">F32 <c>[M, D]</c>: the residual stream.</param>
    public abstract void Embed(WeightMatrix table, DeviceTensor tokens, DeviceTensor output);

    /// <summary>output = input / √(mean(input²) + ε) · weight, per row (Zhang &amp; Sennrich 2019).</summary>
    /// <param name="input">F32 <c>[M, D]</c>.</param>
    /// <param name="weight">F32 <c>[1, D]</c>.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="output">Activation type or F32, <c>[M, D]</c>; may be <paramref name="input"/> when F32.</param>
    /// <param name="order">I32 <c>[1, D]</c>, a permutation: column i of the output is column order[i] of what it were without; then the
    /// output is not the input. For weights whose inputs stand in another order (GPTQ's act-order).</param>
    public abstract void RmsNorm(DeviceTensor input, DeviceTensor weight, float epsilon, DeviceTensor output, DeviceTensor? order = null);

    /// <summary>output (+)= input · weightᵀ + bias.</summary>
    /// <param name="input">Activation type <c>[M, K]</c>.</param>
    /// <param name="weight"><c>[N, K]</c>.</param>
    /// <param name="bias">F32 <c>[1, N]</c>, or null.</param>
    /// <param name="output">F32 or activation type <c>[M, N]</c>.</param>
    /// <param name="mode">Store, or add to what is there (F32 only).</param>
    public abstract void Linear(DeviceTensor input, WeightMatrix weight, DeviceTensor? bias, DeviceTensor output, LinearOutput mode);

    /// <summary>output = silu(input · gateᵀ) ⊙ (input · upᵀ) (Shazeer 2020).</summary>
    /// <param name="input">Activation type <c>[M, D]</c>.</param>
    /// <param name="gate"><c>[F, D]</c>.</param>
    /// <param name="up"><c>[F, D]</c>.</param>
    /// <param name="output">Activation type <c>[M, F]</c>.</param>
    public abstract void SwiGlu(DeviceTensor input, WeightMatrix gate, WeightMatrix up, DeviceTensor output);

    /// <summary>
    /// Splits q|k|v, normalises q and k per head where asked, rotates q and k by position (RoPE, rotate-half pairs
    /// (i, i + h/2)), stores k and v in the cache at each row's slot and q in <paramref name="queries"/>.
    /// </summary>
    /// <param name="qkv">F32 <c>[M, (H + 2G)·h]</c>: queries, keys, values.</param>
    /// <param name="shape">H, G, h.</param>
    /// <param name="norm">Query/key norm, or null.</param>
    /// <param name="rope">F32 <c>[positions, h]</c>: h/2 cosines, then h/2 sines.</param>
    /// <param name="rows">Positions and slots.</param>
    /// <param name="cache">Receives keys and values.</param>
    /// <param name="queries">Activation type <c>[M, H·h]</c>.</param>
    public abstract void RotateAndStore(
        DeviceTensor qkv, AttentionShape shape, QueryKeyNorm? norm, DeviceTensor rope, in TokenRows rows, KvCacheLayer cache, DeviceTensor queries);

    /// <summary>
    /// Softmax attention of each row over its prefix and path (see <see cref="TokenRows"/>), in order of position.
    /// The rows' own keys and values are already in the cache.
    /// </summary>
    /// <param name="queries">Activation type <c>[M, H·h]</c>, rotated.</param>
    /// <param name="shape">H, G, h, window.</param>
    /// <param name="rows">Prefix lengths and paths.</param>
    /// <param name="cache">Keys and values.</param>
    /// <param name="output">Activation type <c>[M, H·h]</c>.</param>
    /// <param name="places">I32 <c>[1, H·h]</c>, a permutation: column c of what the output were without stands in column places[c]. For
    /// weights whose inputs stand in another order.</param>
    public abstract void TreeAttention(
        DeviceTensor queries, AttentionShape shape, in TokenRows rows, KvCacheLayer cache, DeviceTensor output, DeviceTensor? places = null);

    /// <summary>Row i of <paramref name="output"/> = row indices[i] of <paramref name="input"/>.</summary>
    /// <param name="input">F32 <c>[n, D]</c>.</param>
    /// <param name="indices">I32 <c>[1, M]</c>.</param>
    /// <param name="output">F32 <c>[M, D]</c>.</param>
    public abstract void GatherRows(DeviceTensor input, DeviceTensor indices, DeviceTensor output);

    /// <summary>
    /// The k most probable tokens of each row, most probable first, equal logits by lower id, with
    /// log softmax(logits / temperature) over the first <paramref name="vocabulary"/> columns. Log-probabilities are ≤ 0.
    /// A row that is no distribution (NaN, +∞, or nothing but −∞) gets ids 0 … k − 1 and log-probabilities NaN.
    /// </summary>
    /// <param name="logits">F32 <c>[M, ≥ vocabulary]</c>.</param>
    /// <param name="vocabulary">Columns that are real tokens; padding behind them is never chosen nor counted.</param>
    /// <param name="temperature">Greater than 0.</param>
    /// <param name="ids">I32 <c>[M, k]</c>, k ≤ vocabulary.</param>
    /// <param name="logProbabilities">F32 <c>[M, k]</c>.</param>
    public abstract void TopK(DeviceTensor logits, int vocabulary, float temperature, DeviceTensor ids, DeviceTensor logProbabilities);

    /// <summary>
    /// Moves keys and values of the given slots to <paramref name="firstDestination"/>, <paramref name="firstDestination"/> + 1, …,
    /// in this order: the accepted path becomes part of the prefix.
    /// </summary>
    /// <param name="cache">One layer.</param>
    /// <param name="slots">I32 <c>[1, n]</c>, ascending, each ≥ its destination.</param>
    /// <param name="firstDestination">Destination of the first.</param>
    public abstract void MoveSlots(KvCacheLayer cache, DeviceTensor slots, int firstDestination);

    /// <summary>
    /// Records the ops that <paramref name="work"/> asks of this queue, without doing them. Only ops, copies, events and
    /// <see cref="Mailbox.Post"/> of this queue may be in it; whatever they use must have been used by this queue before.
    /// A replay works on the same memory and with the same shapes; only contents may have changed.
    /// </summary>
    /// <remarks>A queue may record what work does or keep the delegate: it must ask for the same each time it is called.</remarks>
    public virtual CapturedWork Capture(Action work) => new RepeatedWork(work);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
