namespace SpecExecNative.Engine.Speculation;

/// <summary>One half of a decoding method: how a tree is drafted.</summary>
internal interface ITreeBuilder
{
    /// <summary>Draft steps that the last tree took.</summary>
    int DraftSteps { get; }

    /// <summary>Nodes that the draft computed for the last tree, root included.</summary>
    int ComputedNodes { get; }

    /// <summary>A tree of continuations of the text.</summary>
    /// <param name="rootToken">The last token of the text.</param>
    /// <param name="budget">Nodes of this tree beside the root, at most K.</param>
    /// <param name="depthLimit">No node deeper than this is of use (end of the context, tokens still wanted).</param>
    /// <param name="worthwhile">Expected accepted tokens that the time of a draft step would bring otherwise; 0: all steps are taken.</param>
    /// <param name="cancellation">Looked at before each draft step.</param>
    TokenTree Build(int rootToken, int budget, int depthLimit, double worthwhile, CancellationToken cancellation);
}
