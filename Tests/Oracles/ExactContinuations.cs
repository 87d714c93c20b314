namespace SpecExecNative.Tests.Oracles;

/// <summary>
/// The exact distribution of what a model and a sampler make of a prompt in two tokens: for every first token the
/// distribution of the second is computed, nothing is drawn. Cells 0 … V² − 1 are the pairs (first · V + second);
/// cells V² … V² + V − 1 are the first tokens that end the text.
/// </summary>
public sealed class ExactContinuations
{
    private readonly int _vocabulary;

    private ExactContinuations(double[] probabilities, int vocabulary)
    {
        Probabilities = probabilities;
        _vocabulary = vocabulary;
    }

    /// <summary>Probability of each cell, <c>[V² + V]</c>; they add up to 1.</summary>
    public double[] Probabilities { get; }

    /// <summary>Computes them.</summary>
    /// <param name="nextProbabilities">From the tokens generated so far (none or one) to the next one's probabilities, <c>[V]</c>.</param>
    /// <param name="stopTokens">First tokens after which there is no second.</param>
    public static ExactContinuations Of(Func<IReadOnlyList<int>, double[]> nextProbabilities, params IReadOnlyList<int> stopTokens)
    {
        double[] first = nextProbabilities([]);
        int vocabulary = first.Length;
        double[] cells = new double[(vocabulary * vocabulary) + vocabulary];
        for (int token = 0; token < vocabulary; token++)
        {
            if (stopTokens.Contains(token))
            {
                cells[(vocabulary * vocabulary) + token] = first[token];
            }
            else if (first[token] > 0)
            {
                double[] second = nextProbabilities([token]);
                for (int next = 0; next < vocabulary; next++)
                {
                    cells[(token * vocabulary) + next] = first[token] * second[next];
                }
            }
        }

        return new ExactContinuations(cells, vocabulary);
    }

    /// <summary>The distribution for a model and a sampler whose penalties see the prompt and what was generated.</summary>
    public static ExactContinuations Of(
        NaiveTransformer model, NaiveSampler sampler, IReadOnlyList<int> prompt, params IReadOnlyList<int> stopTokens)
        => Of(generated => sampler.Probabilities(model.NextLogits([.. prompt, .. generated]), prompt, generated), stopTokens);

    /// <summary>The cell of a generated text: two tokens, or one that ended it.</summary>
    public int CellOf(params IReadOnlyList<int> generated) => generated.Count switch
    {
        1 => (_vocabulary * _vocabulary) + generated[0],
        2 => (generated[0] * _vocabulary) + generated[1],
        _ => throw new ArgumentException($"a continuation has one or two tokens, not {generated.Count}", nameof(generated)),
    };
}
