using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Tests.Engine.Speculation;

/// <summary>A draft without a model: next-token log-probabilities are a function of the path. Counts what is asked of it.</summary>
internal sealed class FunctionDraft(int vocabulary, Func<IReadOnlyList<int>, double[]> logProbabilities) : ITreeDraft
{
    public int Vocabulary => vocabulary;

    public int MaxNodes { get; init; } = int.MaxValue;

    public int DepthLimit { get; init; } = int.MaxValue;

    /// <summary>Nodes of each step of the last tree.</summary>
    public List<int> StepSizes { get; } = [];

    /// <summary>What it makes of a path.</summary>
    public double[] LogProbabilitiesAfter(IReadOnlyList<int> path) => logProbabilities(path);

    public int BeginTree()
    {
        StepSizes.Clear();
        return DepthLimit;
    }

    public void Expand(IReadOnlyList<TreeNode> tree, ReadOnlySpan<int> nodes, Span<int> slots, DraftChildren children)
    {
        for (int i = 0; i < nodes.Length; i++)
        {
            slots[i] = StepSizes.Sum() + i;
            double[] next = logProbabilities(Path(tree, nodes[i]));
            int[] order = [.. Enumerable.Range(0, next.Length).OrderByDescending(t => next[t]).ThenBy(t => t).Take(children.Width)];
            order.CopyTo(children.Tokens(i));
            for (int j = 0; j < order.Length; j++)
            {
                children.LogProbabilities(i)[j] = (float)next[order[j]];
            }
        }

        StepSizes.Add(nodes.Length);
    }

    /// <summary>Random distributions, peaked as real ones are; a pure function of seed and path.</summary>
    public static FunctionDraft Random(int seed, int vocabulary, double sharpness = 2) => new(vocabulary, path =>
    {
        var random = new Random(path.Aggregate(seed, (h, t) => unchecked((h * 31) + t + 17)));
        double[] logits = [.. Enumerable.Range(0, vocabulary).Select(_ => sharpness * Gaussian(random))];
        double logSum = Math.Log(logits.Sum(Math.Exp));
        return [.. logits.Select(l => (double)(float)(l - logSum))];
    });

    private static List<int> Path(IReadOnlyList<TreeNode> tree, int node)
    {
        List<int> path = [];
        for (int at = node; at > 0; at = tree[at].Parent)
        {
            path.Add(tree[at].Token);
        }

        path.Reverse();
        return path;
    }

    private static double Gaussian(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
