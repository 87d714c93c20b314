namespace SpecExecNative.Engine.Speculation.Sampled;

/// <summary>What the draft proposed behind one node: its distribution q there, and the tokens drawn from it.</summary>
/// <param name="tokens">Tokens with q &gt; 0.</param>
/// <param name="probabilities">Their probabilities, which add up to 1.</param>
internal sealed class NodeProposal(int[] tokens, double[] probabilities)
{
    private readonly List<int> _draws = [];

    /// <summary>Tokens with q &gt; 0; none: nothing can be drawn here.</summary>
    public ReadOnlySpan<int> Tokens => tokens;

    /// <summary>Their probabilities.</summary>
    public ReadOnlySpan<double> Probabilities => probabilities;

    /// <summary>What was drawn, as indices into <see cref="Tokens"/>: in order, and as often as it was drawn.</summary>
    public IReadOnlyList<int> Draws => _draws;

    /// <summary>Index of the token at quantile <paramref name="uniform"/> of q.</summary>
    public int IndexAt(double uniform)
    {
        int last = probabilities.Length - 1;
        for (int i = 0; i < last; i++)
        {
            uniform -= probabilities[i];
            if (uniform < 0)
            {
                return i;
            }
        }

        return last;
    }

    /// <summary>Notes a draw that the walk is to try.</summary>
    public void Add(int index) => _draws.Add(index);
}
