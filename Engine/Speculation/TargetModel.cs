using SpecExecNative.Engine.Budget;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Speculation;

/// <summary>
/// The large model at work on one text. Its KV cache holds all of the text but the last token; that one is the root of
/// the tree that the next pass scores.
/// </summary>
public sealed class TargetModel : INodeLogits, IDisposable
{
    private static readonly int[] MeasuredRows = [1, 16, 32, 64, 128, 256, 512, 1024, 2048];

    private readonly Transformer _model;
    private readonly KvCache _cache;
    private readonly TokenBatch _batch = new();
    private readonly List<int> _slots = [];
    private readonly DeviceMemory _memory;
    private readonly DeviceBuffer _logits;
    private readonly PinnedBuffer _hostLogits;
    private readonly int[] _path;
    private DeviceTensor _hidden;

    /// <param name="model">The target; stays the caller's.</param>
    /// <param name="maxTreeNodes">Nodes of the largest tree, without the root.</param>
    public TargetModel(Transformer model, int maxTreeNodes)
    {
        _model = model;
        _memory = new DeviceMemory(model.Device);
        _cache = _memory.Own(() => model.CreateCache(maxTreeNodes));
        _path = new int[model.ContextLength + maxTreeNodes];
        long rowBytes = (long)model.Config.VocabularySize * sizeof(float);
        _logits = _memory.Allocate(rowBytes, "a row of logits");
        _hostLogits = _memory.AllocatePinned(rowBytes, "a row of logits");
    }

    /// <summary>Tokens of the text whose keys and values are in the cache.</summary>
    public int CachedTokens => _cache.Length;

    /// <summary>Computes all of the text but its last token.</summary>
    public void Prefill(TokenHistory history, CancellationToken cancellation)
    {
        ReadOnlySpan<int> missing = history.Tokens[_cache.Length..^1];
        if (missing.IsEmpty)
        {
            return;
        }

        _batch.Clear();
        _batch.AddChain(_cache.Length, missing);
        _model.Forward(_batch, _cache, cancellation);
        _model.Queue.Synchronize();
        _cache.CommitChain(missing.Length);
    }

    /// <summary>One pass over the whole tree; its root is the last token of the text.</summary>
    public void Score(TokenTree tree, CancellationToken cancellation)
    {
        int prefix = _cache.Length + 1;
        _batch.Clear();
        int chain = FirstPath(tree);
        for (int node = 0; node < chain; node++)
        {
            _batch.AddChain(_cache.Length + node, [tree[node].Token]);
        }

        for (int node = chain; node < tree.Count; node++)
        {
            int depth = tree[node].Depth;
            for (int at = node, i = depth - 1; at > 0; at = tree[at].Parent, i--)
            {
                _path[i] = SlotOf(at, prefix);
            }

            _batch.AddNode(tree[node].Token, prefix, _path.AsSpan(0, depth));
        }

        _hidden = _model.Forward(_batch, _cache, cancellation);
        _model.Queue.Synchronize();
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> LogitsAfter(int node)
    {
        int columns = _model.Config.VocabularySize;
        _model.ComputeLogits(_hidden.Slice(node, 1), _logits.AsTensor(DType.F32, 1, columns));
        _model.Queue.CopyToHost(_logits, 0, _hostLogits, 0, (long)columns * sizeof(float));
        _model.Queue.Synchronize();
        return _hostLogits.As<float>(columns);
    }

    /// <summary>Seconds of passes over up to so many rows behind the text so far, if they need not wait for weights.</summary>
    internal CostCurve MeasurePasses(int largest)
        => new(MeasuredRows.Where(rows => rows < largest).Append(largest).Select(rows => (rows, MeasurePass(rows))));

    /// <summary>Seconds of a pass over so many rows behind the text so far, if it need not wait for weights: a layer, times the layers.</summary>
    private double MeasurePass(int rows)
    {
        const int AnyToken = 0;
        int prefix = _cache.Length;
        _batch.Clear();
        for (int row = 0; row < rows; row++)
        {
            _batch.AddNode(AnyToken, prefix, [prefix + row]);
        }

        return _model.MeasureLayer(_batch, _cache) * _model.Config.Layers;
    }

    /// <summary>Keeps the root and the accepted nodes of the tree scored last.</summary>
    /// <param name="path">Nodes from the top, without the root.</param>
    public void Commit(IReadOnlyList<int> path)
    {
        int prefix = _cache.Length + 1;
        _slots.Clear();
        foreach (int node in path)
        {
            _slots.Add(SlotOf(node, prefix));
        }

        _cache.CommitChain(1);
        _cache.CommitPath(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_slots));
    }

    /// <summary>Waits for work that is still queued.</summary>
    public void Dispose()
    {
        _model.Queue.Synchronize();
        _memory.Dispose();
    }

    /// <summary>
    /// Nodes from the root down the first branch. Their slots lie in order, so they are a chain, which needs no list of
    /// ancestors: a tree that is one long chain stays small.
    /// </summary>
    private static int FirstPath(TokenTree tree)
    {
        int length = 1;
        while (length < tree.Count && tree[length].Parent == length - 1)
        {
            length++;
        }

        return length;
    }

    /// <summary>Node 0, the root, ends the prefix; the nodes lie behind it in their order.</summary>
    private static int SlotOf(int node, int prefix) => prefix + node - 1;
}
