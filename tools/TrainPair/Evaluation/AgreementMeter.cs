using SpecExecNative.TrainPair.Distillation;

namespace SpecExecNative.TrainPair.Evaluation;

/// <summary>Sums up, position by position, how far the draft foresees the target, and how sure the target is.</summary>
internal sealed class AgreementMeter(double temperature, double topP)
{
    private static readonly int[] Ranks = [1, 4, 16, 64];
    private static readonly NextTokenSampler Plain = new(Temperature: 1, TopP: 1);

    private readonly NextTokenSampler _sharpened = new(temperature, topP);
    private readonly int[] _targetBestWithin = new int[Ranks.Length];
    private readonly int[] _chosenWithin = new int[Ranks.Length];
    private int _positions;
    private double _entropy;
    private double _sharpenedEntropy;
    private double _bestProbability;
    private double _overlap;
    private double _sharpenedOverlap;

    public static IReadOnlyList<string> Columns { get; } =
    [
        "text", "top-1", "top-4", "top-16", "top-64", "chosen in top-1", "top-4", "top-16", "overlap T=1", "overlap sampled",
        "target entropy T=1", "entropy sampled", "target's best probability",
    ];

    /// <param name="target">The target's logits at a position.</param>
    /// <param name="draft">The draft's there.</param>
    /// <param name="chosen">The token that the text goes on with.</param>
    public void Add(ReadOnlySpan<float> target, ReadOnlySpan<float> draft, int chosen)
    {
        _positions++;
        int best = NextTokenSampler.ArgMax(target);
        CountRanks(_targetBestWithin, RankOf(best, draft));
        CountRanks(_chosenWithin, RankOf(chosen, draft));
        double[] targetPlain = Plain.Probabilities(target);
        double[] targetSharp = _sharpened.Probabilities(target);
        _bestProbability += targetPlain[best];
        _entropy += Entropy(targetPlain);
        _sharpenedEntropy += Entropy(targetSharp);
        _overlap += Overlap(targetPlain, Plain.Probabilities(draft));
        _sharpenedOverlap += Overlap(targetSharp, _sharpened.Probabilities(draft));
    }

    /// <summary>The means, in the order of <see cref="Columns"/>.</summary>
    public IReadOnlyList<string> Row(string name)
    {
        IEnumerable<double> sums =
        [
            .. _targetBestWithin, .. _chosenWithin.Take(3), _overlap, _sharpenedOverlap, _entropy, _sharpenedEntropy, _bestProbability,
        ];
        return [name, .. sums.Select(sum => $"{sum / _positions:F3}")];
    }

    private static int RankOf(int token, ReadOnlySpan<float> logits)
    {
        int above = 0;
        foreach (float logit in logits)
        {
            above += logit > logits[token] ? 1 : 0;
        }

        return above;
    }

    private static void CountRanks(int[] within, int rank)
    {
        for (int i = 0; i < Ranks.Length; i++)
        {
            within[i] += rank < Ranks[i] ? 1 : 0;
        }
    }

    private static double Entropy(double[] probabilities)
    {
        return -probabilities.Where(p => p > 0).Sum(p => p * Math.Log(p));
    }

    /// <summary>Sum of the smaller of two probabilities: the acceptance rate of speculative sampling with one draft token.</summary>
    private static double Overlap(double[] p, double[] q)
    {
        return p.Zip(q, Math.Min).Sum();
    }
}
