using SpecExecNative.TrainPair.Model;

namespace SpecExecNative.TrainPair.Evaluation;

/// <summary>
/// Tokens per target iteration where the draft proposes a tree of its K most likely continuations.
/// The target's own text is given: which path SpecExec walks depends on the target's choices alone,
/// so walking a known text measures exactly what generating it would.
/// </summary>
internal static class TreeAcceptance
{
    public static double TokensPerIteration(
        Llama draft,
        EvaluationTexts texts,
        EvaluationSettings settings,
        int budget,
        double draftTemperature)
    {
        (int iterations, int tokens) = (0, 0);
        foreach (int[] text in texts.Sequences)
        {
            // A tree expands at most budget nodes, but those that were expanded and then crowded out hold slots, too.
            using DraftTree draftTree = new(draft, capacity: (2 * text.Length) + (3 * budget) + 256);
            for (int at = settings.Start, done = 0, advanced; at < settings.End; at += advanced)
            {
                draftTree.Advance(text.AsSpan(done, at - done));
                done = at;
                List<TreeNode> tree = draftTree.Build(budget, settings.SpareTokens - 2, draftTemperature);
                advanced = Walk(tree, text.AsSpan(at)) + 1;
                tokens += advanced;
                iterations++;
            }
        }

        return tokens / (double)iterations;
    }

    /// <summary>How many of the coming tokens lie on a path of the tree.</summary>
    private static int Walk(List<TreeNode> tree, ReadOnlySpan<int> coming)
    {
        ILookup<TreeNode?, TreeNode> children = tree.ToLookup(node => node.Parent);
        TreeNode? node = null;
        int accepted = 0;
        foreach (int token in coming)
        {
            node = children[node].FirstOrDefault(child => child.Token == token);
            if (node is null)
            {
                break;
            }

            accepted++;
        }

        return accepted;
    }
}
