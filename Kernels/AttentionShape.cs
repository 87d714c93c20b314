namespace SpecExecNative.Kernels;

/// <summary>The shape of one layer's attention.</summary>
/// <param name="QueryHeads">Number of query heads (a multiple of <paramref name="KvHeads"/>).</param>
/// <param name="KvHeads">Number of key/value heads (grouped-query attention).</param>
/// <param name="HeadDim">Elements per head.</param>
/// <param name="SlidingWindow">A key at position j is visible to position i iff 0 ≤ i − j &lt; window; null: all of them.</param>
public readonly record struct AttentionShape(int QueryHeads, int KvHeads, int HeadDim, int? SlidingWindow)
{
    /// <summary>Columns of a fused q|k|v projection.</summary>
    public int QkvColumns => (QueryHeads + (2 * KvHeads)) * HeadDim;

    /// <summary>Columns of the queries and of the attention's output.</summary>
    public int QueryColumns => QueryHeads * HeadDim;

    /// <summary>Factor on q·k: 1 / √headDim.</summary>
    public float Scale => 1f / MathF.Sqrt(HeadDim);
}
