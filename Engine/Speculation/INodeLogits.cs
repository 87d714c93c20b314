namespace SpecExecNative.Engine.Speculation;

/// <summary>The target's scores of a tree's nodes, fetched one row at a time: only rows on the path are ever looked at.</summary>
public interface INodeLogits
{
    /// <summary>Logits of the token that follows <paramref name="node"/>; valid until the next call.</summary>
    ReadOnlySpan<float> LogitsAfter(int node);
}
