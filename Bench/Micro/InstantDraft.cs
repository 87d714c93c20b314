using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Bench.Micro;

/// <summary>A draft that answers out of a table: some of its nodes are sure of their first child, some of none, as a model's are.</summary>
internal sealed class InstantDraft : ITreeDraft
{
    private const int Kinds = 16;
    private const int Depth = 64;

    private float[][] _logProbabilities = [];

    public int Vocabulary => 32_000;

    public int MaxNodes => 1 << 16;

    public int BeginTree() => Depth;

    public void Expand(IReadOnlyList<TreeNode> tree, ReadOnlySpan<int> nodes, Span<int> slots, DraftChildren children)
    {
        if (_logProbabilities.Length == 0 || _logProbabilities[0].Length != children.Width)
        {
            _logProbabilities = [.. Enumerable.Range(1, Kinds).Select(kind => Row(children.Width, (double)kind / (Kinds + 1)))];
        }

        for (int i = 0; i < nodes.Length; i++)
        {
            slots[i] = nodes[i];
            _logProbabilities[nodes[i] * 7 % Kinds].CopyTo(children.LogProbabilities(i));
            Span<int> tokens = children.Tokens(i);
            for (int place = 0; place < tokens.Length; place++)
            {
                tokens[place] = place;
            }
        }
    }

    /// <summary>A geometric distribution: each child has so much of what the ones before have left.</summary>
    private static float[] Row(int width, double share)
        => [.. Enumerable.Range(0, width).Select(place => (float)(Math.Log(share) + (place * Math.Log(1 - share))))];
}
