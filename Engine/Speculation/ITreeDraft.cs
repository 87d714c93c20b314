namespace SpecExecNative.Engine.Speculation;

/// <summary>The model that proposes continuations.</summary>
public interface ITreeDraft
{
    /// <summary>The most children a node can have: tokens that draft and target share.</summary>
    int Vocabulary { get; }

    /// <summary>The most nodes of one tree that it can keep, root included.</summary>
    int MaxNodes { get; }

    /// <summary>Begins a tree under the last token of the text.</summary>
    /// <returns>How deep the tree may become before the draft's or the target's context ends; 0: it cannot draft here.</returns>
    int BeginTree();

    /// <summary>
    /// One draft step: computes nodes of the growing tree and finds each one's most probable children, most probable first.
    /// </summary>
    /// <param name="tree">The tree so far; <paramref name="nodes"/> are indices into it, and their ancestors were computed before.</param>
    /// <param name="nodes">Nodes to compute.</param>
    /// <param name="slots">
    /// For each of them −1, or the slot of a computed node that is given up for it: nothing that is computed from here on is a descendant of that
    /// one, unless it is computed again. Receives where the draft keeps the node.
    /// </param>
    /// <param name="children">Receives nodes.Length × width tokens, with width = children.Width.</param>
    void Expand(IReadOnlyList<TreeNode> tree, ReadOnlySpan<int> nodes, Span<int> slots, DraftChildren children);
}
