namespace SpecExecNative.Engine.Speculation;

/// <summary>
/// A tree of possible continuations. Node 0 is the root, the last token of the text; the others are in pre-order,
/// so a parent comes before its children and a path's indices ascend.
/// </summary>
public sealed class TokenTree
{
    private const int None = -1;

    private readonly TreeNode[] _nodes;
    private readonly int[] _firstChild;
    private readonly int[] _nextSibling;

    /// <param name="nodes">Root first, every parent before its children.</param>
    internal TokenTree(TreeNode[] nodes)
    {
        _nodes = nodes;
        _firstChild = new int[nodes.Length];
        _nextSibling = new int[nodes.Length];
        Array.Fill(_firstChild, None);
        for (int node = nodes.Length - 1; node > 0; node--)
        {
            int parent = nodes[node].Parent;
            _nextSibling[node] = _firstChild[parent];
            _firstChild[parent] = node;
            Depth = Math.Max(Depth, nodes[node].Depth);
        }
    }

    /// <summary>A tree without drafted tokens: plain decoding.</summary>
    public static TokenTree RootOnly(int token) => new([TreeNode.Root(token)]);

    /// <summary>Nodes, root included.</summary>
    public int Count => _nodes.Length;

    /// <summary>Depth of the deepest node; the root's is 0.</summary>
    public int Depth { get; }

    public ref readonly TreeNode this[int node] => ref _nodes[node];

    /// <summary>The child of <paramref name="node"/> that stands for <paramref name="token"/>, or −1.</summary>
    public int FindChild(int node, int token)
    {
        int child = _firstChild[node];
        while (child > 0 && _nodes[child].Token != token)
        {
            child = _nextSibling[child];
        }

        return child > 0 ? child : None;
    }

    /// <summary>The children of <paramref name="node"/>, most probable first.</summary>
    public IEnumerable<int> Children(int node)
    {
        for (int child = _firstChild[node]; child > 0; child = _nextSibling[child])
        {
            yield return child;
        }
    }
}
