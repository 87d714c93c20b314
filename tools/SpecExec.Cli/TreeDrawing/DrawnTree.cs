using SpecExecNative.Engine.Generation;

namespace SpecExecNative.Cli.TreeDrawing;

/// <summary>One iteration's tree, ready to be drawn in any form.</summary>
/// <param name="Title">Which iteration, and what came of it.</param>
/// <param name="Nodes">In pre-order, the root first, children from the most probable down.</param>
internal sealed record DrawnTree(string Title, IReadOnlyList<DrawnNode> Nodes)
{
    /// <param name="iteration">Number of the step, from 1.</param>
    /// <param name="step">What happened in it.</param>
    /// <param name="label">How a token is shown.</param>
    /// <param name="maxNodes">Guesses shown at most, beside the accepted ones; the most probable are.</param>
    public static DrawnTree Of(int iteration, GenerationStep step, Func<int, string> label, int maxNodes)
    {
        IterationStatistics statistics = step.Statistics;
        string title =
            $"iteration {iteration}: {statistics.TreeNodes} nodes, depth {statistics.TreeDepth}, {statistics.DraftSteps} draft steps, {statistics.Accepted} accepted";
        return new DrawnTree(title, new DrawingBuilder(step, label, maxNodes).Build());
    }
}
