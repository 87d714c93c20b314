namespace SpecExecNative.Engine.Speculation;

/// <summary>
/// Grows the tree of the K most probable continuations under the draft model: the paper's Algorithm 2
/// (Svirschevski et al. 2024), a best-first search whose edge weights are −log q.
/// </summary>
/// <remarks>
/// A node is computed as long as one of its children could still enter the K best, so for every batch size B the
/// result is the exact optimum among trees of this width and depth; B only decides how many draft steps that takes
/// and how many of the computed nodes are outdone in the end. The best node of the frontier is sure to be in the tree
/// (whatever is found later ranks behind it). All others of a batch are bets, made on those that the tree is expected to
/// keep (<see cref="GrowthForecast"/>). Where the draft's memory is full, a better bet takes the place of the worst one,
/// which is computed again should it be needed: a draft with room for K + 1 nodes gets more steps, but the same tree.
/// </remarks>
public sealed class TreeBuilder : ITreeBuilder
{
    private readonly ITreeDraft _draft;
    private readonly TreeOptions _options;
    private readonly DraftChildren _children;
    private readonly List<TreeNode> _nodes = [];
    private readonly PriorityQueue<int, NodeRank> _frontier = new();
    private readonly PriorityQueue<int, WorstFirst> _best = new();
    private readonly PriorityQueue<int, WorstFirst> _kept = new(); // computed nodes, in the draft's memory
    private readonly HashSet<int> _givenUp = []; // computed once: their children are known
    private readonly GrowthForecast _forecast = new();
    private readonly StepYield _yield = new();
    private readonly int[] _batch;
    private readonly int[] _slots;
    private readonly DraftSharpness? _sharpness;
    private int _budget;
    private int _room; // slots of the draft's memory that no node has

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

    /// <summary>Nodes that the draft computed for the last tree, root included; one that was given up and computed again counts twice.</summary>
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
    /// <param name="worthwhile">The tree is done where a further step is not expected to add so many accepted tokens; 0: where nothing can enter it.</param>
    /// <param name="cancellation">Looked at before each draft step.</param>
    public TokenTree Build(int rootToken, int budget, int depthLimit, double worthwhile, CancellationToken cancellation)
    {
        _budget = Math.Clamp(budget, 1, _options.Budget);
        int maxDepth = Math.Min(Begin(rootToken), depthLimit);
        while (maxDepth > 0)
        {
            ReadOnlySpan<int> batch = TakeBatch();
            if (batch.IsEmpty)
            {
                Finish(depthLimit);
                break;
            }

            double most = MostGainOf(batch);
            if (!_yield.Pays(most, worthwhile))
            {
                break;
            }

            cancellation.ThrowIfCancellationRequested();
            Compute(batch);
            for (int i = 0; i < batch.Length; i++)
            {
                if (!_givenUp.Remove(batch[i]))
                {
                    OfferChildren(batch[i], i, maxDepth);
                }
            }

            _yield.Learn(most);
        }

        return TreeHarvest.Collect(_nodes, _best.UnorderedItems);
    }

    private int Begin(int rootToken)
    {
        _nodes.Clear();
        _frontier.Clear();
        _best.Clear();
        _kept.Clear();
        _givenUp.Clear();
        _forecast.Begin();
        _yield.Begin();
        _room = _draft.MaxNodes;
        DraftSteps = 0;
        ComputedNodes = 0;
        _nodes.Add(TreeNode.Root(rootToken));
        _frontier.Enqueue(0, RankOf(0));
        return Math.Min(_options.MaxDepth, _draft.BeginTree());
    }

    /// <summary>The tree has all its nodes; if nothing but they themselves bounded it, others will be like it.</summary>
    private void Finish(int depthLimit)
    {
        if (_best.Count == _budget && depthLimit >= _options.MaxDepth && _best.TryPeek(out _, out WorstFirst worst))
        {
            _forecast.Learn(_budget, worst.Rank.CumulativeLogProbability);
        }
    }

    /// <summary>Up to B of the best nodes that are not computed, or not any more, and whose children could still enter the tree.</summary>
    private ReadOnlySpan<int> TakeBatch()
    {
        int count = 0;
        double worstBet = double.NegativeInfinity;
        while (count < _batch.Length && _frontier.TryPeek(out int node, out NodeRank rank) && CanEnter(rank)
            && rank.CumulativeLogProbability >= worstBet && HasComputedParent(node) && TryReserve(rank, out _slots[count]))
        {
            if (count == 0)
            {
                worstBet = _forecast.WorstOf(_budget);
            }

            _frontier.Dequeue();
            if (!_givenUp.Contains(node))
            {
                _forecast.Close(rank.CumulativeLogProbability);
            }

            _batch[count++] = node;
        }

        return _batch.AsSpan(0, count);
    }

    /// <summary>False for a child of a node that was given up and is in this very batch.</summary>
    private bool HasComputedParent(int node) => node == 0 || _nodes[_nodes[node].Parent].DraftSlot != TreeNode.NotComputed;

    /// <summary>Finds a slot for a node of that rank: a free one, else that of the worst kept node, if that ranks behind it.</summary>
    /// <param name="rank">What ranks before it stays, so its ancestors do.</param>
    /// <param name="slot">The slot of the node that was given up for it, or −1: a free one.</param>
    private bool TryReserve(NodeRank rank, out int slot)
    {
        slot = TreeNode.NotComputed;
        if (_room > 0)
        {
            _room--;
            return true;
        }

        if (!_kept.TryPeek(out int worst, out WorstFirst last) || last.Rank <= rank)
        {
            return false;
        }

        _kept.Dequeue();
        slot = _nodes[worst].DraftSlot;
        _nodes[worst] = _nodes[worst] with { DraftSlot = TreeNode.NotComputed };
        _givenUp.Add(worst);
        _frontier.Enqueue(worst, last.Rank);
        return true;
    }

    /// <summary>
    /// What a step can add to the expected accepted tokens at most: for each node whose children it finds, one if the walk comes there. Those of
    /// a node that was given up are known.
    /// </summary>
    private double MostGainOf(ReadOnlySpan<int> batch)
    {
        double gain = 0;
        foreach (int node in batch)
        {
            gain += _givenUp.Contains(node) ? 0 : Math.Exp(_nodes[node].CumulativeLogProbability);
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
            _kept.Enqueue(batch[i], new WorstFirst(RankOf(batch[i])));
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

            _forecast.Add(cumulative, isOpen: depth < maxDepth);
            _nodes.Add(new TreeNode(tokens[i], parent, depth, cumulative, TreeNode.NotComputed));
            if (_best.Count < _budget)
            {
                _best.Enqueue(rank.Index, new WorstFirst(rank));
            }
            else
            {
                int outdone = _best.EnqueueDequeue(rank.Index, new WorstFirst(rank));
                _yield.Remove(_nodes[outdone].CumulativeLogProbability);
            }

            _yield.Add(cumulative);

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
