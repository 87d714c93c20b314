using System.Runtime.InteropServices;

namespace SpecExecNative.Engine.Transformers;

/// <summary>
/// The tokens of one forward pass, on the host: a chain (prefill, plain decoding), nodes of a tree
/// (draft step, verification), or a chain followed by the nodes that hang from its end. Reused from pass to pass.
/// </summary>
public sealed class TokenBatch
{
    private readonly List<int> _tokens = [];
    private readonly List<int> _positions = [];
    private readonly List<int> _slots = [];
    private readonly List<int> _prefixLengths = [];
    private readonly List<int> _pathStarts = [0];
    private readonly List<int> _pathSlots = [];

    /// <summary>Number of tokens (M).</summary>
    public int Count => _tokens.Count;

    /// <summary>The largest RoPE position in the batch, −1 when it is empty.</summary>
    public int LastPosition { get; private set; } = -1;

    internal ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    internal ReadOnlySpan<int> Positions => CollectionsMarshal.AsSpan(_positions);

    internal ReadOnlySpan<int> Slots => CollectionsMarshal.AsSpan(_slots);

    internal ReadOnlySpan<int> PrefixLengths => CollectionsMarshal.AsSpan(_prefixLengths);

    internal ReadOnlySpan<int> PathStarts => CollectionsMarshal.AsSpan(_pathStarts);

    internal ReadOnlySpan<int> PathSlots => CollectionsMarshal.AsSpan(_pathSlots);

    /// <summary>Empties the batch, keeping its memory.</summary>
    public void Clear()
    {
        _tokens.Clear();
        _positions.Clear();
        _slots.Clear();
        _prefixLengths.Clear();
        _pathStarts.RemoveRange(1, _pathStarts.Count - 1);
        _pathSlots.Clear();
        LastPosition = -1;
    }

    /// <summary>Adds tokens that follow the first <paramref name="position"/> tokens of the sequence, each seeing all before it.</summary>
    public void AddChain(int position, ReadOnlySpan<int> tokens)
    {
        foreach (int token in tokens)
        {
            AddRow(token, position, slot: position, prefixLength: position + 1);
            _pathStarts.Add(_pathSlots.Count);
            position++;
        }
    }

    /// <summary>
    /// Adds a tree node that sees the first <paramref name="prefixLength"/> tokens of the sequence and its ancestors.
    /// Its RoPE position follows from the number of those: siblings share it.
    /// </summary>
    /// <param name="token">Token id.</param>
    /// <param name="prefixLength">Tokens of the sequence, root included.</param>
    /// <param name="path">KV slots of the ancestors behind the prefix, from the top, then the node's own. Ancestors must be in the cache or come earlier in the batch.</param>
    /// <exception cref="ArgumentException">The path is empty: it must end in the node's own slot.</exception>
    public void AddNode(int token, int prefixLength, ReadOnlySpan<int> path)
    {
        if (path.IsEmpty)
        {
            throw new ArgumentException("A node's path must end in its own slot.", nameof(path));
        }

        AddRow(token, prefixLength + path.Length - 1, slot: path[^1], prefixLength);
        _pathSlots.AddRange(path);
        _pathStarts.Add(_pathSlots.Count);
    }

    private void AddRow(int token, int position, int slot, int prefixLength)
    {
        _tokens.Add(token);
        _positions.Add(position);
        _slots.Add(slot);
        _prefixLengths.Add(prefixLength);
        LastPosition = Math.Max(LastPosition, position);
    }
}
