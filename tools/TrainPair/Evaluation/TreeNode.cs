namespace SpecExecNative.TrainPair.Evaluation;

/// <summary>A token that the draft holds possible.</summary>
/// <param name="parent">The token before it; null behind the text.</param>
/// <param name="token">Its id.</param>
/// <param name="cumulativeLogProb">Log-probability, in nats, of the path from the text to it.</param>
internal sealed class TreeNode(TreeNode? parent, int token, double cumulativeLogProb)
{
    public TreeNode? Parent => parent;

    public int Token => token;

    public double CumulativeLogProb => cumulativeLogProb;

    /// <summary>Tokens from the text to this one, itself included.</summary>
    public int Depth { get; } = (parent?.Depth ?? 0) + 1;

    /// <summary>Where the draft's cache has it, counted from the end of the text; null until it is expanded.</summary>
    public int? Slot { get; set; }
}
