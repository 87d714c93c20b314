namespace SpecExecNative.Engine.Speculation;

/// <summary>The model that proposes continuations.</summary>
public interface ITreeDraft
{
    /// <summary>The most children a node can have: tokens that draft and target share.</summary>
    int Vocabulary { get; }

    /// <summary>The most nodes it can compute for one tree, root included.</summary>
    int MaxNodes { get; }

    /// <summary>Begins a tree under the last token of the text.</summary>
    /// <returns>How deep the tree may become before the draft's or the target's context ends; 0: it cannot draft here.</returns>
    int BeginTree();

    /// <summary>
    /// One draft step: computes nodes of the growing tree and finds each one's most probable children, most probable first.
    /// </summary>
    /// <param name="tree">The tree so far; <paramref name="nodes"/> are indices into it, and their ancestors were computed before.</param>
    /// <param name="nodes">Nodes to compute.</param>
    /// <param name="slots">Receives, for each of them, where the draft keeps it.</param>
    /// <param name="children">Receives nodes.Length × width tokens, with width = children.Width.</param>
    void Expand(IReadOnlyList<TreeNode> tree, ReadOnlySpan<int> nodes, Span<int> slots, DraftChildren children);
}
