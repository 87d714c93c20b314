using SpecExecNative.Engine.Sampling;

namespace SpecExecNative.Engine.Speculation;

/// <summary>The other half of a decoding method: how a scored tree becomes text.</summary>
internal interface ITreeWalk
{
    /// <summary>Walks from the root, appending each token to <paramref name="history"/>.</summary>
    /// <param name="tree">Root: the last token of <paramref name="history"/>.</param>
    /// <param name="logits">The target's scores.</param>
    /// <param name="history">The text; grows by one token more than nodes are accepted.</param>
    /// <param name="goesOn">Told each token; false ends the walk (end of text, length).</param>
    /// <param name="cancellation">Looked at before each token; a cancelled walk has appended what it drew.</param>
    /// <returns>Accepted nodes from the top, without the root; valid until the next walk.</returns>
    IReadOnlyList<int> Down(TokenTree tree, INodeLogits logits, TokenHistory history, Func<int, bool> goesOn, CancellationToken cancellation);
}
