namespace SpecExecNative.Engine.Planning;

/// <summary>Acceptance as others have measured it.</summary>
public static class PublishedAcceptance
{
    private static readonly Dictionary<string, Func<AcceptanceModel>> Named = new(StringComparer.OrdinalIgnoreCase)
    {
        // Svirschevski et al. 2024, read from the figures: budgets 8, 16, 32, … at temperature 0.6.
        ["mtbench-7b"] = () => Doubling(5.3, 7.5, 9.8, 12.2, 14.3, 16.0, 17.3, 19.5, 22.2, 23.6),
        ["c4-7b"] = () => Doubling(3.8, 5.1, 6.3, 7.4, 8.4, 9.2, 9.7, 12.1, 12.5, 13.0),
        ["oasst-13b"] = () => Doubling(5.3, 7.4, 10.2, 11.4, 12.9, 13.8, 16.9, 16.9, 20.1, 20.1),
        ["oasst-1.1b"] = () => Doubling(4.0, 5.0, 5.8, 6.8, 7.3, 8.4, 9.0, 9.9, 11.0, 11.2),
        ["oasst-160m"] = () => Doubling(2.1, 2.3, 2.5, 2.7, 3.0, 3.2, 3.5, 3.7, 4.0, 4.3),

        // Chen et al. 2024 (Sequoia), Llama-3-8B for Llama-3-70B on CNN, by the draft's rank.
        ["cnn-8b"] = () => new RankAcceptance([0.773, 0.104, 0.040, 0.021, 0.013, 0.008, 0.006]),
    };

    /// <summary>Their names.</summary>
    public static IReadOnlyCollection<string> Names => Named.Keys;

    /// <summary>By name; null: there is none.</summary>
    public static AcceptanceModel? Find(string name) => Named.TryGetValue(name, out Func<AcceptanceModel>? create) ? create() : null;

    private static CurveAcceptance Doubling(params ReadOnlySpan<double> tokens)
    {
        const int FirstBudget = 8;
        var points = new (int, double)[tokens.Length];
        for (int i = 0; i < tokens.Length; i++)
        {
            points[i] = (FirstBudget << i, tokens[i]);
        }

        return new CurveAcceptance(points);
    }
}
