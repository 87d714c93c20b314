using SpecExecNative.Engine.Sampling;

namespace SpecExecNative.Engine.Speculation.Sampled;

/// <summary>
/// Grows a tree of sampled tokens, as SpecInfer does (Miao et al. 2023): independent sequences of the draft's, all from the
/// root, whose common beginnings are one path. Sequence after sequence is taken until the tree has K nodes.
/// </summary>
/// <remarks>
/// <para>What keeps the text's distribution: each draw comes from the draft's distribution at its node whatever was drawn
/// before, and whether it is made at all depends on earlier draws only, never on its own outcome. So a draw is made only
/// while there is room for the node that it may add, and what was drawn stays in the tree.</para>
/// <para>The tree is defined sequence by sequence, but computed side by side: while one sequence waits for the draft, those
/// behind it are followed to where they will wait, and the same step computes those nodes, too. Draws are keyed, so the
/// batch size decides the number of steps and nothing else. A node computed ahead is a bet unless the tree is sure to have
/// room for its sequence; the draft's memory bounds the bets that are open or lost.</para>
/// </remarks>
internal sealed class SampledTreeBuilder : ITreeBuilder
{
    private const int None = -1;

    /// <summary>Where the draft is so sure of itself that new sequences hardly ever add a node, the tree stays smaller than K.</summary>
    private const int MostSequencesPerNode = 4;

    private readonly ITreeDraft _draft;
    private readonly TreeOptions _options;
    private readonly TokenHistory _history;
    private readonly TreeProposals _proposals;
    private readonly SampledTrie _trie;
    private readonly DraftDistribution _distribution;
    private readonly DraftChildren _children;
    private readonly List<int> _kept = [];
    private readonly int[] _batch;
    private readonly int[] _slots;
    private readonly int[] _path;
    private int _budget;
    private int _maxDepth;
    private int _sequence;
    private int _tip;
    private int _round;
    private int _sureNodes;

    /// <param name="draft">The draft's distributions.</param>
    /// <param name="options">Size of the trees; validated here.</param>
    /// <param name="sampling">How the target's tokens are chosen, and so the draft's.</param>
    /// <param name="history">The text.</param>
    /// <param name="proposals">Receives what the walk must know of each tree.</param>
    public SampledTreeBuilder(ITreeDraft draft, TreeOptions options, SamplingOptions sampling, TokenHistory history, TreeProposals proposals)
    {
        options.Validate();
        _draft = draft;
        _options = options;
        _history = history;
        _proposals = proposals;
        _trie = new SampledTrie(sampling.Seed);
        _children = new DraftChildren(options.LargestBatch, Math.Min(options.BranchWidth, draft.Vocabulary));
        _distribution = new DraftDistribution(sampling, _children.Width);
        _batch = new int[options.LargestBatch];
        _slots = new int[options.LargestBatch];
        _path = new int[Math.Min(options.MaxDepth, options.Budget)];
    }

    /// <inheritdoc/>
    public int DraftSteps { get; private set; }

    /// <inheritdoc/>
    public int ComputedNodes { get; private set; }

    private int MostSequences => MostSequencesPerNode * _budget;

    /// <inheritdoc/>
    public TokenTree Build(int rootToken, int budget, int depthLimit, double worthwhile, CancellationToken cancellation)
    {
        Begin(rootToken, budget, depthLimit);
        while (_maxDepth > 0 && TakeSequences() is var awaited && awaited != None)
        {
            cancellation.ThrowIfCancellationRequested();
            Compute(TakeBatch(awaited));
        }

        return Harvest();
    }

    private void Begin(int rootToken, int budget, int depthLimit)
    {
        _trie.Begin(rootToken, _history.Count);
        _kept.Clear();
        _sequence = 0;
        _tip = 0;
        _sureNodes = 0;
        DraftSteps = 0;
        ComputedNodes = 0;
        _budget = Math.Clamp(budget, 1, _options.Budget);
        _maxDepth = Math.Min(Math.Min(_options.MaxDepth, _draft.BeginTree()), depthLimit);
    }

    /// <summary>Takes draws into the tree, sequence by sequence, as far as the draft has computed.</summary>
    /// <returns>The node at which the draft is needed, or −1: the tree is complete.</returns>
    private int TakeSequences()
    {
        while (_kept.Count < _budget && _sequence < MostSequences)
        {
            if (HasEnded(_tip))
            {
                _tip = 0;
                _sequence++;
                continue;
            }

            SampledNode node = _trie[_tip];
            if (node.Proposal is null)
            {
                return _tip;
            }

            MarkSure(_tip);
            (_tip, int index) = _trie.Follow(_tip, _sequence);
            node.Proposal.Add(index);
            Keep(_tip);
        }

        return None;
    }

    private void Keep(int node)
    {
        if (!_trie[node].IsKept)
        {
            _trie[node].IsKept = true;
            _kept.Add(node);
        }
    }

    /// <summary>The node that is needed, and others that the sequences behind this one will need.</summary>
    private ReadOnlySpan<int> TakeBatch(int awaited)
    {
        _round++;
        int count = 0;
        Await(awaited, ref count);
        MarkSure(awaited);
        int bets = _draft.MaxNodes - (_budget + 1) - (ComputedNodes - _sureNodes);
        int most = _kept.Count + LevelsBelow(awaited); // nodes, if sequences have no more in common than they are known to have
        int expected = most;
        for (int sequence = _sequence + 1; count < _batch.Length && expected < _budget && sequence < MostSequences; sequence++)
        {
            (int end, int newNodes) = LookAhead(sequence);
            most += newNodes + LevelsBelow(end);
            bool isSure = most <= _budget;
            if (isSure)
            {
                MarkSure(end);
            }

            bool isAwaited = _trie[end].AwaitedIn == _round;
            expected += newNodes + (isAwaited ? LevelsBelow(end) / 2 : LevelsBelow(end)); // a guess: those who have come so far together stay so for a while
            if (isAwaited || LevelsBelow(end) == 0)
            {
                continue;
            }

            if (!isSure && bets-- <= 0)
            {
                break;
            }

            Await(end, ref count);
        }

        return _batch.AsSpan(0, count);
    }

    private void Await(int node, ref int count)
    {
        _trie[node].AwaitedIn = _round;
        _batch[count++] = node;
    }

    /// <summary>A node and all before it are sure to be in the tree: to compute them is no bet.</summary>
    private void MarkSure(int node)
    {
        for (int at = node; at >= 0 && !_trie[at].IsSure; at = _trie.Nodes[at].Parent)
        {
            _trie[at].IsSure = true;
            _sureNodes += _trie[at].Proposal is null ? 0 : 1;
        }
    }

    /// <summary>Follows a sequence as far as the draft has computed, without taking anything into the tree.</summary>
    /// <returns>Where it stops, and how many nodes it would add.</returns>
    private (int End, int NewNodes) LookAhead(int sequence)
    {
        int node = 0;
        int newNodes = 0;
        while (!HasEnded(node) && _trie[node].Proposal is not null)
        {
            (node, _) = _trie.Follow(node, sequence);
            if (!_trie[node].IsKept && _trie[node].SeenIn != _round)
            {
                _trie[node].SeenIn = _round;
                newNodes++;
            }
        }

        return (node, newNodes);
    }

    /// <summary>How much longer a sequence that has come here may become.</summary>
    private int LevelsBelow(int node) => HasEnded(node) ? 0 : _maxDepth - _trie.Nodes[node].Depth;

    /// <summary>No sequence goes on from here.</summary>
    private bool HasEnded(int node) => _trie.Nodes[node].Depth >= _maxDepth || _trie[node].Proposal is { Tokens.Length: 0 };

    private void Compute(ReadOnlySpan<int> batch)
    {
        Span<int> slots = _slots.AsSpan(0, batch.Length);
        slots.Fill(TreeNode.NotComputed); // none of the computed nodes is given up
        _draft.Expand(_trie.Nodes, batch, slots, _children);
        for (int i = 0; i < batch.Length; i++)
        {
            _trie.Nodes[batch[i]] = _trie.Nodes[batch[i]] with { DraftSlot = slots[i] };
            _sureNodes += _trie[batch[i]].IsSure ? 1 : 0;
            _trie[batch[i]].SetComputed(_distribution.Of(_children.Tokens(i), _children.LogProbabilities(i), _history, PathTo(batch[i])));
        }

        DraftSteps++;
        ComputedNodes += batch.Length;
    }

    /// <summary>Tokens from behind the root to a node.</summary>
    private ReadOnlySpan<int> PathTo(int node)
    {
        int depth = _trie.Nodes[node].Depth;
        for (int at = node; at > 0; at = _trie.Nodes[at].Parent)
        {
            _path[_trie.Nodes[at].Depth - 1] = _trie.Nodes[at].Token;
        }

        return _path.AsSpan(0, depth);
    }

    private TokenTree Harvest()
    {
        (TokenTree tree, int[] sources) = TreeHarvest.Collect(_trie.Nodes, [.. _kept]);
        _proposals.Set(tree, Array.ConvertAll(sources, node => _trie[node].Proposal));
        return tree;
    }
}
