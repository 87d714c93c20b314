using SpecExecNative.Engine.Sampling;

namespace SpecExecNative.Engine.Speculation;

/// <summary>
/// Samples down a tree that the target has scored: the paper's Algorithm 1. It is ordinary sequential sampling that
/// finds the target's distribution in the tree for as long as the tree holds the token drawn; so the text has exactly
/// the target's distribution whatever the tree was.
/// </summary>
public sealed class TreeWalk(Sampler sampler) : ITreeWalk
{
    private readonly List<int> _path = [];

    /// <summary>Walks from the root, appending each token drawn to <paramref name="history"/>.</summary>
    /// <param name="tree">Root: the last token of <paramref name="history"/>.</param>
    /// <param name="logits">The target's scores.</param>
    /// <param name="history">The text; grows by one token more than nodes are accepted.</param>
    /// <param name="goesOn">Told each token; false ends the walk (end of text, length).</param>
    /// <param name="cancellation">Looked at before each draw; a cancelled walk has appended what it drew.</param>
    /// <returns>Accepted nodes from the top, without the root; valid until the next walk.</returns>
    public IReadOnlyList<int> Down(
        TokenTree tree, INodeLogits logits, TokenHistory history, Func<int, bool> goesOn, CancellationToken cancellation = default)
    {
        _path.Clear();
        int node = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            int token = sampler.Sample(logits.LogitsAfter(node), history);
            history.Add(token);
            int child = tree.FindChild(node, token);
            if (!goesOn(token) || child < 0)
            {
                return _path;
            }

            _path.Add(child);
            node = child;
        }
    }
}
