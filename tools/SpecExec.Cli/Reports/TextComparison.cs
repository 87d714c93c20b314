namespace SpecExecNative.Cli.Reports;

/// <summary>The same text written twice: by a speculative method, and token by token.</summary>
/// <param name="Speculative">With guesses.</param>
/// <param name="Plain">Without.</param>
internal sealed record TextComparison(GenerationResult Speculative, GenerationResult Plain)
{
    /// <summary>Index of the first token that only one has, or that differs; null: the texts are identical.</summary>
    public int? FirstDifference { get; } = Compare(Speculative.TokenIds, Plain.TokenIds);

    public bool IsIdentical => FirstDifference is null;

    /// <summary>Both were written to their end.</summary>
    public bool IsComplete => Speculative.Finish is not null && Plain.Finish is not null;

    /// <summary>How many times as fast the speculative method was; null where either has no speed.</summary>
    public double? SpeedUp => Plain.Statistics.DecodeTokensPerSecond > 0 && Speculative.Statistics.DecodeTokensPerSecond > 0
        ? Speculative.Statistics.DecodeTokensPerSecond / Plain.Statistics.DecodeTokensPerSecond
        : null;

    private static int? Compare(IReadOnlyList<int> left, IReadOnlyList<int> right)
    {
        int common = Math.Min(left.Count, right.Count);
        for (int i = 0; i < common; i++)
        {
            if (left[i] != right[i])
            {
                return i;
            }
        }

        return left.Count == right.Count ? null : common;
    }
}
