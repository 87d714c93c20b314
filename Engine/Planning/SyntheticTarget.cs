using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Engine.Planning;

/// <summary>A target that computes its rows, for their time, and is sure of the token that an <see cref="AcceptanceModel"/> says.</summary>
internal sealed class SyntheticTarget : INodeLogits
{
    /// <summary>The token of a walk that leaves the tree.</summary>
    private const int Elsewhere = 0;

    private readonly INodeLogits _inner;
    private readonly TokenTree _tree;
    private readonly double[] _reached;
    private readonly float[] _logits;
    private readonly Action _rowDone;
    private readonly ulong _draws;
    private int _token = Elsewhere;

    /// <param name="inner">Computes the rows.</param>
    /// <param name="tree">What was scored.</param>
    /// <param name="acceptance">Says which node is reached.</param>
    /// <param name="logits">A row to write to, −∞ all over.</param>
    /// <param name="draws">Names the random draws of this tree.</param>
    /// <param name="rowDone">Told of each row: the host has something to do with it.</param>
    public SyntheticTarget(INodeLogits inner, TokenTree tree, AcceptanceModel acceptance, float[] logits, ulong draws, Action rowDone)
    {
        (_inner, _tree, _logits, _draws, _rowDone) = (inner, tree, logits, draws, rowDone);
        _reached = acceptance.Reached(tree);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> LogitsAfter(int node)
    {
        _inner.LogitsAfter(node);
        _logits[_token] = float.NegativeInfinity;
        _token = TokenAfter(node);
        _logits[_token] = 0;
        _rowDone();
        return _logits;
    }

    /// <summary>Leaves the row as it was.</summary>
    public void Clear() => _logits[_token] = float.NegativeInfinity;

    private int TokenAfter(int node)
    {
        double draw = AcceptanceModel.Uniform(_draws + (ulong)_tree[node].Depth) * _reached[node];
        foreach (int child in _tree.Children(node))
        {
            draw -= _reached[child];
            if (draw < 0)
            {
                return _tree[child].Token;
            }
        }

        return Elsewhere;
    }
}
