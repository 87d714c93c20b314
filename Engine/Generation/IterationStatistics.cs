using SpecExecNative.Engine.Budget;

namespace SpecExecNative.Engine.Generation;

/// <summary>One iteration: a tree, a pass of the target, a walk.</summary>
/// <param name="TreeNodes">Drafted nodes that the target scored; the root does not count.</param>
/// <param name="TreeDepth">Depth of the deepest of them.</param>
/// <param name="DraftSteps">Passes of the draft.</param>
/// <param name="ComputedNodes">Nodes that those passes computed, root included.</param>
/// <param name="Accepted">Drafted tokens that became text and were built on; the last token of a text never is.</param>
/// <param name="Tokens">Tokens of text in all: the accepted ones and the one drawn where the walk left the tree.</param>
/// <param name="Draft">Time in the draft.</param>
/// <param name="Verify">Time of the target's pass.</param>
/// <param name="Walk">Time of output head, sampling and commit.</param>
public readonly record struct IterationStatistics(
    int TreeNodes,
    int TreeDepth,
    int DraftSteps,
    int ComputedNodes,
    int Accepted,
    int Tokens,
    TimeSpan Draft,
    TimeSpan Verify,
    TimeSpan Walk)
{
    /// <summary>Why the tree was made so large; null: the budget was fixed.</summary>
    public BudgetDecision? Decision { get; init; }

    /// <summary>The whole iteration.</summary>
    public TimeSpan Total => Draft + Verify + Walk;
}
