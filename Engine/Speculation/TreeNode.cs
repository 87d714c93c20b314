namespace SpecExecNative.Engine.Speculation;

/// <summary>One possible token of the continuation.</summary>
/// <param name="Token">Token id.</param>
/// <param name="Parent">Index of the node before it; −1 for the root.</param>
/// <param name="Depth">Steps below the root.</param>
/// <param name="CumulativeLogProbability">Natural logarithm of the draft's probability of the path from the root to here; 0 for the root.</param>
/// <param name="DraftSlot">Where the draft's KV cache holds this node; −1 if the draft never computed it.</param>
public readonly record struct TreeNode(int Token, int Parent, int Depth, double CumulativeLogProbability, int DraftSlot)
{
    /// <summary>The draft has not computed the node: it has no keys and values there, and no children were sought.</summary>
    public const int NotComputed = -1;

    public static TreeNode Root(int token) => new(token, -1, 0, 0, NotComputed);
}
