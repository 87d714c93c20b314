namespace SpecExecNative.Engine.Speculation;

/// <summary>The children that one draft step found: <c>[nodes, width]</c>, per node the most probable first.</summary>
public sealed class DraftChildren
{
    private readonly int[] _tokens;
    private readonly float[] _logProbabilities;

    /// <param name="maxNodes">Nodes of the largest step.</param>
    /// <param name="width">Children per node.</param>
    public DraftChildren(int maxNodes, int width)
    {
        Width = width;
        _tokens = new int[checked(maxNodes * width)];
        _logProbabilities = new float[maxNodes * width];
    }

    /// <summary>Children per node.</summary>
    public int Width { get; }

    /// <summary>Tokens of the children of the <paramref name="i"/>-th node of the step.</summary>
    public Span<int> Tokens(int i) => _tokens.AsSpan(i * Width, Width);

    /// <summary>Their log-probabilities given that node (natural logarithm, ≤ 0).</summary>
    public Span<float> LogProbabilities(int i) => _logProbabilities.AsSpan(i * Width, Width);
}
