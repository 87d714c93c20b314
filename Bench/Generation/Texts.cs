using SpecExecNative.Bench.Figures;
using SpecExecNative.Engine.Generation;

namespace SpecExecNative.Bench.Generation;

/// <summary>
/// Texts that were written with the same options, and what their passes brought. The last pass of a text, which its length cuts short, counts
/// for times and not for tokens.
/// </summary>
internal sealed class Texts
{
    private readonly List<GenerationStatistics> _texts = [];
    private readonly List<(double Tokens, double Passes)> _whole = [];

    /// <summary>Takes in a text.</summary>
    public void Add(GenerationStatistics text)
    {
        _texts.Add(text);
        IterationStatistics[] whole = [.. text.Iterations.Take(Math.Max(1, text.Iterations.Count - 1))];
        _whole.Add((whole.Sum(i => i.Tokens), whole.Length));
    }

    /// <summary>How many there are.</summary>
    public int Written => _texts.Count;

    /// <summary>All texts' tokens over all their passes.</summary>
    public double TokensPerPass => _whole.Sum(t => t.Tokens) / Passes;

    /// <summary>Half of the 95 % confidence interval of <see cref="TokensPerPass"/>: of a ratio of two sums over texts (Cochran 1977, section 2.11).</summary>
    public double Uncertainty
    {
        get
        {
            const double Normal95 = 1.96;
            if (Written < 2)
            {
                return 0;
            }

            double ratio = TokensPerPass;
            double residuals = _whole.Sum(t => Math.Pow(t.Tokens - (ratio * t.Passes), 2));
            return Normal95 * Math.Sqrt(residuals / (Written - 1) / Written) / (Passes / Written);
        }
    }

    /// <summary>Tokens per second, the prompt apart, of each text.</summary>
    public Samples Speed => Samples.OfRates(_texts.Select(t => t.DecodeTokensPerSecond));

    /// <summary>Tokens of the prompt per second.</summary>
    public Samples PromptSpeed => Samples.OfRates(_texts.Select(t => t.PromptTokensPerSecond));

    private IEnumerable<IterationStatistics> Iterations => _texts.SelectMany(t => t.Iterations);

    private double Passes => _whole.Sum(t => t.Passes);

    /// <summary>Seconds that the card computed in a pass, by its own events: a mean; 0 where nobody watched.</summary>
    public double ComputeSeconds => _texts.Sum(t => (t.ComputeBusy ?? 0) * t.Decode.TotalSeconds) / Math.Max(1, _texts.Sum(t => t.Iterations.Count));

    /// <summary>Seconds of a part of each pass.</summary>
    public Figure Seconds(string name, Func<IterationStatistics, TimeSpan> part) => Samples.OfCosts(Iterations.Select(i => part(i).TotalSeconds)).Figure(name, "s");

    /// <summary>A count of each pass.</summary>
    public Figure Count(string name, Func<IterationStatistics, int> part) => Samples.OfCosts(Iterations.Select(i => (double)part(i))).Figure(name, "");

    /// <summary>Share of passes whose walk came at least so deep, the cut ones apart.</summary>
    public double ShareReaching(int depth)
    {
        IterationStatistics[] whole = [.. _texts.SelectMany(t => t.Iterations.Take(Math.Max(1, t.Iterations.Count - 1)))];
        return whole.Count(i => i.Accepted >= depth) / (double)whole.Length;
    }
}
