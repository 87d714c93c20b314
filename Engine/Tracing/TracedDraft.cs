using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Engine.Tracing;

/// <summary>A draft whose steps are told to a timeline.</summary>
internal sealed class TracedDraft(ITreeDraft inner, Timeline timeline, TimeProvider clock) : ITreeDraft
{
    /// <inheritdoc/>
    public int Vocabulary => inner.Vocabulary;

    /// <inheritdoc/>
    public int MaxNodes => inner.MaxNodes;

    /// <inheritdoc/>
    public int BeginTree() => inner.BeginTree();

    /// <inheritdoc/>
    public void Expand(IReadOnlyList<TreeNode> tree, ReadOnlySpan<int> nodes, Span<int> slots, DraftChildren children)
    {
        long start = clock.GetTimestamp();
        inner.Expand(tree, nodes, slots, children);
        timeline.AddHost($"draft step of {nodes.Length}", start, clock.GetTimestamp());
    }
}
