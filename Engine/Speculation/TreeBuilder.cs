namespace SpecExecNative.Engine.Speculation;

/// <summary>
/// Grows the tree of the K most probable continuations under the draft model: the paper's Algorithm 2
/// (Svirschevski et al. 2024), a best-first search whose edge weights are −log q.
/// </summary>
/// <remarks>
/// A node is computed as long as one of its children could still enter the K best, so for every batch size B the
/// result is the exact optimum among trees of this width and depth; B only decides how many draft steps that takes
/// and how many of the computed nodes are outdone in the end. The draft's memory bounds the latter: the best node of the
/// frontier is sure to be in the tree (whatever is found later ranks behind it), all others of a batch are a bet, and
/// only as many bets may be open or lost as the draft has room for beyond K. A draft with room for K + 1 nodes gets
/// single steps, but the same tree.
/// </remarks>
public sealed class TreeBuilder : ITreeBuilder
{
    /// <summary>Nodes are no bet if they are so much less probable (natural logarithm) than the last tree's worst node and the best one of the batch.</summary>
    private const double BetMargin = 0.7;

    private readonly ITreeDraft _draft;
    private readonly TreeOptions _options;
    private readonly DraftChildren _children;
    private readonly List<TreeNode> _nodes = [];
    private readonly PriorityQueue<int, NodeRank> _frontier = new();
    private readonly PriorityQueue<int, WorstFirst> _best = new();
    private readonly PriorityQueue<int, NodeRank> _bets = new();
    private readonly int[] _batch;
    private readonly int[] _slots;
    private readonly DraftSharpness? _sharpness;
    private int _budget;
    private double _lastWorst = double.NegativeInfinity;

    /// <param name="draft">Proposes children.</param>
    /// <param name="options">Shape of the tree; validated here.</param>
    public TreeBuilder(ITreeDraft draft, TreeOptions options)
        : this(draft, options, sharpness: null)
    {
    }

    /// <param name="draft">Proposes children, at temperature 1 if their sharpness is given.</param>
    /// <param name="options">Shape of the tree; validated here.</param>
    /// <param name="sharpness">Corrects their probabilities; null: nothing does.</param>
    internal TreeBuilder(ITreeDraft draft, TreeOptions options, DraftSharpness? sharpness)
    {
        _sharpness = sharpness;
        options.Validate();
        _draft = draft;
        _options = options;
        _children = new DraftChildren(options.LargestBatch, Math.Min(options.BranchWidth, draft.Vocabulary));
        _batch = new int[options.LargestBatch];
        _slots = new int[options.LargestBatch];
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
        => Build(rootToken, _options.Budget, depthLimit, worthwhile: 0, cancellation);

    /// <inheritdoc cref="Build(int, int, CancellationToken)"/>
    /// <param name="rootToken">The last token of the text.</param>
    /// <param name="budget">Nodes of this tree, at most K.</param>
    /// <param name="depthLimit">No node deeper than this is of use.</param>
    /// <param name="worthwhile">The tree is done where a further step would add less than this to the expected accepted tokens even at best.</param>
    /// <param name="cancellation">Looked at before each draft step.</param>
    public TokenTree Build(int rootToken, int budget, int depthLimit, double worthwhile, CancellationToken cancellation)
    {
        _budget = Math.Clamp(budget, 1, _options.Budget);
        int maxDepth = Math.Min(Begin(rootToken), depthLimit);
        while (maxDepth > 0 && TakeBatch() is var batch && batch.Length > 0 && MostGainOf(batch) >= worthwhile)
        {
            cancellation.ThrowIfCancellationRequested();
            Compute(batch);
            for (int i = 0; i < batch.Length; i++)
            {
                OfferChildren(batch[i], i, maxDepth);
            }
        }

        _lastWorst = _best.Count == _budget && _best.TryPeek(out _, out WorstFirst worst) ? worst.Rank.CumulativeLogProbability : double.NegativeInfinity;
        return TreeHarvest.Collect(_nodes, _best.UnorderedItems);
    }

    private int Begin(int rootToken)
    {
        _nodes.Clear();
        _frontier.Clear();
        _best.Clear();
        _bets.Clear();
        DraftSteps = 0;
        ComputedNodes = 0;
        _nodes.Add(TreeNode.Root(rootToken));
        _frontier.Enqueue(0, RankOf(0));
        return Math.Min(_options.MaxDepth, _draft.BeginTree());
    }

    /// <summary>Up to B of the best nodes without children whose children could still enter the tree.</summary>
    private ReadOnlySpan<int> TakeBatch()
    {
        int size = NextBatchSize();
        int count = 0;
        double worstBet = double.NegativeInfinity;
        while (count < size && _frontier.TryPeek(out int node, out NodeRank rank) && CanEnter(rank) && rank.CumulativeLogProbability >= worstBet)
        {
            if (count == 0)
            {
                worstBet = Math.Min(_lastWorst, rank.CumulativeLogProbability) - BetMargin;
            }

            _frontier.Dequeue();
            if (count > 0)
            {
                _bets.Enqueue(node, rank);
            }

            _batch[count++] = node;
        }

        return _batch.AsSpan(0, count);
    }

    private int NextBatchSize()
    {
        if (!_frontier.TryPeek(out _, out NodeRank next))
        {
            return 0;
        }

        while (_bets.TryPeek(out _, out NodeRank bet) && bet < next)
        {
            _bets.Dequeue(); // won: no node to come ranks before it
        }

        int moreBets = Math.Max(0, _draft.MaxNodes - (_budget + 1) - _bets.Count);
        int room = _draft.MaxNodes - ComputedNodes;
        return Math.Min(Math.Min(_batch.Length, 1 + moreBets), room);
    }

    /// <summary>What a step can add to the expected accepted tokens at most: for each node that it computes, one if the walk comes there.</summary>
    private double MostGainOf(ReadOnlySpan<int> batch)
    {
        double gain = 0;
        foreach (int node in batch)
        {
            gain += Math.Exp(_nodes[node].CumulativeLogProbability);
        }

        return gain;
    }

    private void Compute(ReadOnlySpan<int> batch)
    {
        Span<int> slots = _slots.AsSpan(0, batch.Length);
        _draft.Expand(_nodes, batch, slots, _children);
        _sharpness?.Apply(_children, batch.Length);
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
            bool possible = cumulative >= _options.MinLogProbability && cumulative > double.NegativeInfinity; // false for NaN, too
            if (!possible || !CanEnter(rank))
            {
                return; // the rest are less probable still
            }

            _nodes.Add(new TreeNode(tokens[i], parent, depth, cumulative, TreeNode.NotComputed));
            if (_best.Count < _budget)
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
        => _best.Count < _budget || (_best.TryPeek(out _, out WorstFirst worst) && rank < worst.Rank);

    private NodeRank RankOf(int node) => new(_nodes[node].CumulativeLogProbability, _nodes[node].Depth, node);
}
