using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Cli.TreeDrawing;

/// <summary>Lays the nodes of a tree out in pre-order, with what the walk drew and a mark where nodes are left out.</summary>
internal sealed class DrawingBuilder
{
    private const int NotInTree = -1;

    private readonly TokenTree _tree;
    private readonly Func<int, string> _label;
    private readonly HashSet<int> _accepted;
    private readonly bool[] _isShown;

    /// <summary>The node where the walk stopped.</summary>
    private readonly int _walkEnd;

    /// <summary>The token drawn there; null if the walk was not finished.</summary>
    private readonly int? _drawnToken;

    /// <summary>Its node, where it had been guessed (it ended the text, or else it would have been accepted).</summary>
    private readonly int _drawnNode;

    public DrawingBuilder(GenerationStep step, Func<int, string> label, int maxNodes)
    {
        _tree = step.Tree;
        _label = label;
        _accepted = [.. step.AcceptedNodes];
        _walkEnd = step.AcceptedNodes.Count > 0 ? step.AcceptedNodes[^1] : 0;
        _drawnToken = step.TokenIds.Count > step.AcceptedNodes.Count ? step.TokenIds[^1] : null;
        _drawnNode = _drawnToken is { } token ? _tree.FindChild(_walkEnd, token) : NotInTree;
        _isShown = ChooseShown(maxNodes);
    }

    /// <summary>An explicit stack: a chain can be deeper than the program's own.</summary>
    public IReadOnlyList<DrawnNode> Build()
    {
        List<DrawnNode> drawn = [];
        var pending = new Stack<(int Node, DrawnNode Drawing)>();
        pending.Push((0, new DrawnNode(-1, 0, true, NodeKind.Root, _label(_tree[0].Token), null, null)));
        while (pending.TryPop(out (int Node, DrawnNode Drawing) at))
        {
            int parent = drawn.Count;
            drawn.Add(at.Drawing);
            if (at.Node == NotInTree)
            {
                continue;
            }

            List<(int Node, DrawnNode Drawing)> children = [.. ChildrenOf(at.Node, parent, at.Drawing.Depth + 1)];
            for (int i = children.Count - 1; i >= 0; i--)
            {
                pending.Push((children[i].Node, children[i].Drawing with { IsLastChild = i == children.Count - 1 }));
            }
        }

        return drawn;
    }

    private IEnumerable<(int Node, DrawnNode Drawing)> ChildrenOf(int node, int parent, int depth)
    {
        int omitted = 0;
        foreach (int child in _tree.Children(node))
        {
            if (_isShown[child])
            {
                yield return (child, Guess(child, parent, depth));
            }
            else
            {
                omitted++;
            }
        }

        if (node == _walkEnd && _drawnToken is { } token && _drawnNode == NotInTree)
        {
            yield return (NotInTree, new DrawnNode(parent, depth, false, NodeKind.Drawn, _label(token), null, null));
        }

        if (omitted > 0)
        {
            yield return (NotInTree, new DrawnNode(parent, depth, false, NodeKind.Omitted, $"… {omitted} more", null, null));
        }
    }

    private DrawnNode Guess(int node, int parent, int depth)
    {
        double path = _tree[node].CumulativeLogProbability;
        double edge = path - _tree[_tree[node].Parent].CumulativeLogProbability;
        NodeKind kind = _accepted.Contains(node) ? NodeKind.Accepted : node == _drawnNode ? NodeKind.Drawn : NodeKind.Rejected;
        return new DrawnNode(parent, depth, false, kind, _label(_tree[node].Token), Math.Exp(edge), Math.Exp(path));
    }

    /// <summary>
    /// The most probable nodes, and what the walk took. A parent is at least as probable as its children and comes before
    /// them, so a stable order keeps every shown node's parent shown.
    /// </summary>
    private bool[] ChooseShown(int maxNodes)
    {
        var shown = new bool[_tree.Count];
        shown[0] = true;
        IEnumerable<int> best = Enumerable.Range(1, _tree.Count - 1)
            .OrderByDescending(node => _tree[node].CumulativeLogProbability)
            .Take(maxNodes);
        foreach (int node in best.Concat(_accepted))
        {
            shown[node] = true;
        }

        if (_drawnNode != NotInTree)
        {
            shown[_drawnNode] = true;
        }

        return shown;
    }
}
