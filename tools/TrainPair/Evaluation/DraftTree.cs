using SpecExecNative.TrainPair.Model;
using SpecExecNative.TrainPair.Training;
using static TorchSharp.torch;

namespace SpecExecNative.TrainPair.Evaluation;

/// <summary>
/// The draft's tree behind a text: exactly the K most likely paths, grown best-first in batches. Written for the
/// evaluation alone, on libtorch; the engine's tree is another one, and the two can be held against each other.
/// </summary>
internal sealed class DraftTree(Llama draft, int capacity) : IDisposable
{
    private const int MostExpandedAtOnce = 64;
    private const int ExpandedShare = 8;

    private readonly KvCache _cache = new(draft.Shape, batch: 1, capacity);
    private int _textLength;
    private float[] _rootLogits = [];

    public void Dispose()
    {
        _cache.Dispose();
    }

    /// <summary>Appends tokens to the text; what a tree has left in the cache is overwritten.</summary>
    public void Advance(ReadOnlySpan<int> tokens)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        _cache.Length = _textLength;
        Tensor? mask = _textLength > 0 && tokens.Length > 1 ? CausalMask(tokens.Length) : null;
        Tensor positions = arange(_textLength, _textLength + tokens.Length, dtype: ScalarType.Int64);
        _rootLogits = TensorBytes.ToArray(draft.Forward(TokenWindow.Ids(tokens.ToArray(), 1), positions, _cache, mask, lastOnly: true));
        _textLength += tokens.Length;
    }

    /// <summary>The <paramref name="budget"/> most likely continuations, of at most <paramref name="maxDepth"/> tokens each.</summary>
    /// <param name="budget">Nodes.</param>
    /// <param name="maxDepth">Tokens on a path.</param>
    /// <param name="temperature">Of the draft's distribution.</param>
    public List<TreeNode> Build(int budget, int maxDepth, double temperature)
    {
        List<TreeNode> kept = [];
        double threshold = double.NegativeInfinity;
        int expanded = 0;
        AddChildren(null, _rootLogits);
        Trim();
        int batch = Math.Clamp(budget / ExpandedShare, 1, MostExpandedAtOnce);
        while (true)
        {
            List<TreeNode> leaves = [.. kept
                .Where(node => node.Slot is null && node.Depth < maxDepth)
                .Where(node => kept.Count < budget || node.CumulativeLogProb > threshold)
                .OrderByDescending(node => node.CumulativeLogProb)
                .Take(batch)];
            if (leaves.Count == 0)
            {
                return kept;
            }

            float[] logits = Expand(leaves, expanded);
            expanded += leaves.Count;
            int vocabulary = draft.Shape.VocabularySize;
            for (int i = 0; i < leaves.Count; i++)
            {
                AddChildren(leaves[i], logits.AsSpan(i * vocabulary, vocabulary));
            }

            Trim();
        }

        void AddChildren(TreeNode? parent, ReadOnlySpan<float> parentLogits)
        {
            float[] logProbs = LogSoftmax(parentLogits, temperature);
            for (int token = 0; token < logProbs.Length; token++)
            {
                double cumulative = (parent?.CumulativeLogProb ?? 0) + logProbs[token];
                if (cumulative > threshold)
                {
                    kept.Add(new TreeNode(parent, token, cumulative));
                }
            }
        }

        void Trim()
        {
            if (kept.Count >= budget)
            {
                kept.Sort((a, b) => b.CumulativeLogProb.CompareTo(a.CumulativeLogProb));
                kept.RemoveRange(budget, kept.Count - budget);
                threshold = kept[^1].CumulativeLogProb;
            }
        }
    }

    /// <summary>Logits [leaves, vocabulary] behind each leaf, which sees the text and its own ancestors only.</summary>
    private float[] Expand(List<TreeNode> leaves, int expanded)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        int width = _textLength + expanded + leaves.Count;
        float[] mask = new float[leaves.Count * width];
        for (int i = 0; i < leaves.Count; i++)
        {
            leaves[i].Slot = expanded + i;
            Span<float> row = mask.AsSpan(i * width, width);
            row[_textLength..].Fill(float.NegativeInfinity);
            for (TreeNode? node = leaves[i]; node is not null; node = node.Parent)
            {
                row[_textLength + node.Slot!.Value] = 0;
            }
        }

        _cache.Length = _textLength + expanded;
        Tensor ids = TokenWindow.Ids(leaves.Select(leaf => leaf.Token), 1);
        Tensor positions = TokenWindow.Ids(leaves.Select(leaf => _textLength + leaf.Depth - 1), 1).reshape(-1);
        return TensorBytes.ToArray(draft.Forward(ids, positions, _cache, tensor(mask).reshape(leaves.Count, width), lastOnly: false));
    }

    private Tensor CausalMask(int tokens)
    {
        int width = _textLength + tokens;
        float[] mask = new float[tokens * width];
        for (int i = 0; i < tokens; i++)
        {
            mask.AsSpan((i * width) + _textLength + i + 1, tokens - i - 1).Fill(float.NegativeInfinity);
        }

        return tensor(mask).reshape(tokens, width);
    }

    private static float[] LogSoftmax(ReadOnlySpan<float> logits, double temperature)
    {
        float[] scaled = new float[logits.Length];
        float largest = float.NegativeInfinity;
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] = (float)(logits[i] / temperature);
            largest = MathF.Max(largest, scaled[i]);
        }

        double sum = 0;
        foreach (float value in scaled)
        {
            sum += Math.Exp(value - largest);
        }

        float logSum = largest + (float)Math.Log(sum);
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] -= logSum;
        }

        return scaled;
    }
}
