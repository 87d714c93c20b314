namespace SpecExecNative.Engine.Speculation;

/// <summary>
/// Grows the tree of the K most probable continuations under the draft model: the paper's Algorithm 2
/// (Svirschevski et al. 2024), a best-first search whose edge weights are −log q.
/// </summary>
/// <remarks>
/// A node is computed as long as one of its children could still enter the K best, so for every batch size B the
/// result is the exact optimum among trees of this width and depth; B only decides how many draft steps that takes
/// and how many of the computed nodes are outdone in the end.
/// </remarks>
public sealed class TreeBuilder
{
    private readonly ITreeDraft _draft;
    private readonly TreeOptions _options;
    private readonly DraftChildren _children;
    private readonly List<TreeNode> _nodes = [];
    private readonly PriorityQueue<int, NodeRank> _frontier = new();
    private readonly PriorityQueue<int, WorstFirst> _best = new();
    private readonly int[] _batch;
    private readonly int[] _slots;

    /// <param name="draft">Proposes children.</param>
    /// <param name="options">Shape of the tree; validated here.</param>
    public TreeBuilder(ITreeDraft draft, TreeOptions options)
    {
        options.Validate();
        _draft = draft;
        _options = options;
        _children = new DraftChildren(options.BatchSize, Math.Min(options.BranchWidth, draft.Vocabulary));
        _batch = new int[options.BatchSize];
        _slots = new int[options.BatchSize];
    }

    /// <summary>Draft steps that the last tree took.</summary>
    public int DraftSteps { get; private set; }

    /// <summary>Nodes that the draft computed for the last tree, root included.</summary>
    public int ComputedNodes { get; private set; }

    /// <summary>The tree of the K best continuations of the text that ends in <paramref name="rootToken"/>.</summary>
    /// <param name="rootToken">The last token of the text.</param>
    /// <param name="depthLimit">No node deeper than this is of use (end of the context, tokens still wanted); beside D.</param>
    /// <param name="cancellation">Looked at before each draft step.</param>
    public TokenTree Build(int rootToken, int depthLimit = int.MaxValue, CancellationToken cancellation = default)
    {
        int maxDepth = Math.Min(Begin(rootToken), depthLimit);
        while (maxDepth > 0 && TakeBatch() is var batch && batch.Length > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            Compute(batch);
            for (int i = 0; i < batch.Length; i++)
            {
                OfferChildren(batch[i], i, maxDepth);
            }
        }

        return TreeHarvest.Collect(_nodes, _best.UnorderedItems);
    }

    private int Begin(int rootToken)
    {
        _nodes.Clear();
        _frontier.Clear();
        _best.Clear();
        DraftSteps = 0;
        ComputedNodes = 0;
        _nodes.Add(TreeNode.Root(rootToken));
        _frontier.Enqueue(0, RankOf(0));
        return Math.Min(_options.MaxDepth, _draft.BeginTree());
    }

    /// <summary>Up to B of the best nodes without children whose children could still enter the tree.</summary>
    private ReadOnlySpan<int> TakeBatch()
    {
        int room = Math.Min(_options.BatchSize, _draft.MaxNodes - ComputedNodes);
        int count = 0;
        while (count < room && _frontier.TryPeek(out int node, out NodeRank rank) && CanEnter(rank))
        {
            _frontier.Dequeue();
            _batch[count++] = node;
        }

        return _batch.AsSpan(0, count);
    }

    private void Compute(ReadOnlySpan<int> batch)
    {
        Span<int> slots = _slots.AsSpan(0, batch.Length);
        _draft.Expand(_nodes, batch, slots, _children);
        for (int i = 0; i < batch.Length; i++)
        {
            _nodes[batch[i]] = _nodes[batch[i]] with { DraftSlot = slots[i] };
        }

        DraftSteps++;
        ComputedNodes += batch.Length;
    }

    private void OfferChildren(int parent, int batchIndex, int maxDepth)
    {
        ReadOnlySpan<int> tokens = _children.Tokens(batchIndex);
        ReadOnlySpan<float> logProbabilities = _children.LogProbabilities(batchIndex);
        int depth = _nodes[parent].Depth + 1;
        for (int i = 0; i < tokens.Length; i++)
        {
            double cumulative = _nodes[parent].CumulativeLogProbability + Math.Min(0, logProbabilities[i]);
            var rank = new NodeRank(cumulative, depth, _nodes.Count);
            if (!CanEnter(rank) || cumulative < _options.MinLogProbability || double.IsNegativeInfinity(cumulative))
            {
                return; // the rest are less probable still
            }

            _nodes.Add(new TreeNode(tokens[i], parent, depth, cumulative, TreeNode.NotComputed));
            if (_best.Count < _options.Budget)
            {
                _best.Enqueue(rank.Index, new WorstFirst(rank));
            }
            else
            {
                _best.EnqueueDequeue(rank.Index, new WorstFirst(rank));
            }

            if (depth < maxDepth)
            {
                _frontier.Enqueue(rank.Index, rank);
            }
        }
    }

    /// <summary>True if something that ranks right behind <paramref name="rank"/>, or there, would be among the K best.</summary>
    private bool CanEnter(NodeRank rank)
        => _best.Count < _options.Budget || (_best.TryPeek(out _, out WorstFirst worst) && rank < worst.Rank);

    private NodeRank RankOf(int node) => new(_nodes[node].CumulativeLogProbability, _nodes[node].Depth, node);
}
