using System.Numerics.Tensors;

namespace SpecExecNative.Engine.Speculation.Sampled;

/// <summary>
/// The target's distribution p behind a node, less what drafted tokens have already had their chance of: the arithmetic of
/// multi-step speculative sampling (Miao et al. 2023, Algorithm 2). A token x drawn from q is accepted with probability
/// min(1, p(x)/q(x)); if it is rejected, p becomes max(0, p − q), normalised. Whatever q and however many draws, the token
/// that comes out is distributed as p.
/// </summary>
/// <remarks>Only tokens with q &gt; 0 ever change, so a rejection costs as many steps as there are of them. p is kept unnormalised.</remarks>
/// <param name="vocabulary">Tokens.</param>
internal sealed class ResidualDistribution(int vocabulary)
{
    private readonly double[] _weights = new double[vocabulary];
    private double[] _inside = [];
    private NodeProposal _proposal = new([], []);
    private double _insideSum;
    private double _outsideSum;

    /// <summary>p, to be filled by the caller before <see cref="Begin"/>; <c>[vocabulary]</c>.</summary>
    public Span<double> Target => _weights;

    /// <summary>Drafted tokens can still be accepted.</summary>
    public bool CanAccept => _insideSum > 0;

    /// <summary>Begins with the whole of <see cref="Target"/>.</summary>
    /// <param name="proposal">q.</param>
    public void Begin(NodeProposal proposal)
    {
        _proposal = proposal;
        if (_inside.Length < proposal.Tokens.Length)
        {
            _inside = new double[proposal.Tokens.Length];
        }

        _insideSum = 0;
        for (int i = 0; i < proposal.Tokens.Length; i++)
        {
            // Out of the row while q is tried, so that the sum over the others is exact, and is taken once.
            ref double weight = ref _weights[proposal.Tokens[i]];
            (_inside[i], weight) = (weight, 0);
            _insideSum += _inside[i];
        }

        _outsideSum = TensorPrimitives.Sum<double>(_weights);
    }

    /// <summary>The probability with which a drafted token is to be accepted.</summary>
    /// <param name="index">Of the token among the proposal's.</param>
    public double AcceptanceOf(int index)
        => Math.Min(1, _inside[index] / ((_insideSum + _outsideSum) * _proposal.Probabilities[index]));

    /// <summary>Takes q away.</summary>
    /// <returns>False if nothing is left: p was q but for rounding, so the token was to be accepted.</returns>
    public bool Reject()
    {
        double total = _insideSum + _outsideSum;
        _insideSum = 0;
        for (int i = 0; i < _proposal.Tokens.Length; i++)
        {
            _inside[i] = Math.Max(0, _inside[i] - (total * _proposal.Probabilities[i]));
            _insideSum += _inside[i];
        }

        return _insideSum + _outsideSum > 0;
    }

    /// <summary>The token at quantile <paramref name="uniform"/> of what is left. Ends the trials.</summary>
    public int Draw(double uniform)
    {
        for (int i = 0; i < _proposal.Tokens.Length; i++)
        {
            _weights[_proposal.Tokens[i]] = _inside[i];
        }

        double left = uniform * (_insideSum + _outsideSum);
        int last = 0;
        for (int token = 0; token < _weights.Length; token++)
        {
            if (_weights[token] > 0)
            {
                last = token;
                left -= _weights[token];
                if (left < 0)
                {
                    break;
                }
            }
        }

        return last;
    }
}
