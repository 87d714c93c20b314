using System.Runtime.InteropServices;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Transformers;

namespace SpecExecNative.Engine.Speculation;

/// <summary>
/// The small model at work on one text. Its KV cache holds only what it has computed itself: after an iteration that is
/// the part of the accepted path it had expanded, and the rest of the path goes through it together with the next root.
/// So there are never holes in its context.
/// </summary>
public sealed class DraftModel : ITreeDraft, IDisposable
{
    private const int UnknownToken = 0;

    private readonly Transformer _model;
    private readonly KvCache _cache;
    private readonly TokenBatch _batch = new();
    private readonly List<int> _slots = [];
    private readonly int[] _path;
    private readonly TreeOptions _options;
    private readonly int _width;
    private readonly DeviceMemory _memory;
    private readonly DraftStep _step;
    private TokenHistory _history = new([]);
    private CancellationToken _cancellation;
    private int _used;

    /// <param name="model">The draft; stays the caller's.</param>
    /// <param name="options">Sizes of the trees to come.</param>
    /// <param name="sharedVocabulary">Ids below this mean the same token for draft and target; no other is proposed.</param>
    public DraftModel(Transformer model, TreeOptions options, int sharedVocabulary)
    {
        options.Validate();
        _model = model;
        _options = options;
        Vocabulary = Math.Min(sharedVocabulary, model.Config.VocabularySize);
        _width = Math.Min(options.BranchWidth, Vocabulary);
        MaxNodes = MaxNodesFor(options);
        _memory = new DeviceMemory(model.Device);
        _cache = _memory.Own(() => model.CreateCache(MaxNodes));
        _path = new int[Math.Min(options.MaxDepth, MaxNodes) + 1];
        _step = _memory.Own(() => new DraftStep(model, _cache, options, Vocabulary, _width));
    }

    /// <inheritdoc/>
    public int Vocabulary { get; }

    /// <inheritdoc/>
    public int MaxNodes { get; }

    /// <summary>Turns to a new text.</summary>
    public void Start(TokenHistory history, CancellationToken cancellation)
    {
        _cache.Truncate(0);
        _history = history;
        _cancellation = cancellation;
    }

    /// <summary>Computes all of the text but its last token, as far as the draft's context goes.</summary>
    public void Prefill()
    {
        int end = Math.Min(_history.Count - 1, _model.ContextLength);
        if (end > _cache.Length)
        {
            AddText(end);
            _model.Forward(_batch, _cache, _cancellation);
            _cache.CommitChain(_batch.Count);
        }
    }

    /// <inheritdoc/>
    public int BeginTree()
    {
        _used = 0;

        // A tree that was begun for this very text and given up has left the root in the cache.
        _cache.Truncate(Math.Min(_cache.Length, _history.Count - 1));
        return Math.Max(0, _model.ContextLength - _history.Count);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidLogitsException">The draft computes no numbers.</exception>
    public void Expand(IReadOnlyList<TreeNode> tree, ReadOnlySpan<int> nodes, Span<int> slots, DraftChildren children)
    {
        bool isRoot = nodes[0] == 0;
        if (isRoot)
        {
            slots[0] = _history.Count - 1;
            _used = 1;
            AddText(_history.Count);
        }
        else
        {
            AddNodes(tree, nodes, slots);
        }

        _step.Run(_batch, nodes.Length, children, _cancellation);
        if (isRoot)
        {
            _cache.CommitChain(_batch.Count); // the root ends the text: it joins the prefix, with whatever was missing before it
        }

        RequireNumbers(children, nodes.Length);
    }

    /// <summary>Keeps what the draft has computed of the accepted path.</summary>
    /// <param name="tree">The tree of this iteration.</param>
    /// <param name="path">Accepted nodes from the top, without the root.</param>
    public void Commit(TokenTree tree, IReadOnlyList<int> path)
    {
        if (_used == 0)
        {
            return; // no draft step was taken: not even the root is in the cache
        }

        _slots.Clear();
        int last = TreeNode.NotComputed;
        foreach (int node in path)
        {
            // Where a slot was used again, the order can be broken; what is not committed is computed together with the next root.
            if (tree[node].DraftSlot <= last)
            {
                break;
            }

            last = tree[node].DraftSlot;
            _slots.Add(last);
        }

        _cache.CommitPath(CollectionsMarshal.AsSpan(_slots));
    }

    /// <summary>Times draft steps of several sizes, on a text that has begun, and says with which size a tree should be grown, and what a step takes.</summary>
    /// <param name="budget">Of the tree.</param>
    internal (int Nodes, double Seconds) MeasureBatch(int budget)
    {
        int largest = Math.Min(_options.LargestBatch, MaxNodes - 1);
        if (_cache.Length >= _model.ContextLength)
        {
            return (largest, 0); // no step will be taken
        }

        var children = new DraftChildren(largest, _width);
        return DraftBatch.Choose(DraftBatch.Candidates(largest).Select(nodes => (nodes, MeasureStep(nodes, children))).ToList(), budget, _options.MaxDepth);
    }

    /// <summary>Waits for work that is still queued.</summary>
    public void Dispose()
    {
        try
        {
            _model.Queue.Synchronize();
        }
        finally
        {
            _memory.Dispose();
        }
    }

    /// <summary>Root, K nodes, and some batches of nodes that are outdone later; <see cref="TreeBuilder"/> makes do with less.</summary>
    internal static int MaxNodesFor(TreeOptions options)
    {
        const int LostBatches = 4;
        return checked(options.Budget + 1 + (LostBatches * options.LargestBatch));
    }

    /// <summary>The best of some steps: the first ones of a shape prepare it.</summary>
    private double MeasureStep(int nodes, DraftChildren children)
    {
        const int Repeats = 4;
        int prefix = _cache.Length;
        _batch.Clear();
        for (int i = 0; i < nodes; i++)
        {
            _batch.AddNode(UnknownToken, prefix, [prefix + i]);
        }

        TimeProvider clock = _model.Device.Clock;
        double best = double.PositiveInfinity;
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            long start = clock.GetTimestamp();
            _step.Run(_batch, nodes, children, _cancellation);
            best = Math.Min(best, clock.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    /// <summary>Makes the batch the part of the first <paramref name="end"/> tokens of the text that the cache lacks.</summary>
    private void AddText(int end)
    {
        int first = _cache.Length;
        _batch.Clear();
        foreach (int token in _history.Tokens[first..end])
        {
            _batch.AddChain(first + _batch.Count, [Known(token)]);
        }
    }

    private void AddNodes(IReadOnlyList<TreeNode> tree, ReadOnlySpan<int> nodes, Span<int> slots)
    {
        int prefix = _cache.Length;
        _batch.Clear();
        for (int i = 0; i < nodes.Length; i++)
        {
            TreeNode node = tree[nodes[i]];
            if (slots[i] == TreeNode.NotComputed)
            {
                slots[i] = prefix + _used++ - 1;
            }

            _path[node.Depth - 1] = slots[i];
            for (int at = node.Parent; at > 0; at = tree[at].Parent)
            {
                _path[tree[at].Depth - 1] = tree[at].DraftSlot;
            }

            _batch.AddNode(node.Token, prefix, _path.AsSpan(0, node.Depth));
        }
    }

    private void RequireNumbers(DraftChildren children, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (float.IsNaN(children.LogProbabilities(i)[0]))
            {
                throw new InvalidLogitsException(_history.Count, "the draft model's logits are not numbers; its weights or its arithmetic are broken");
            }
        }
    }

    /// <summary>A token that only the target has is shown to the draft as some token it knows: it can cost a good guess, nothing else.</summary>
    private int Known(int token) => token < _model.Config.VocabularySize ? token : UnknownToken;
}
