namespace SpecExecNative.Engine.Budget;

/// <summary>Why a tree was made as large as it was: what is expected of it. Times in seconds.</summary>
/// <param name="Budget">K.</param>
/// <param name="Tokens">Accepted ones and the one behind them.</param>
/// <param name="DraftSeconds">To grow it.</param>
/// <param name="StreamSeconds">To bring the layers, whatever the tree; 0: nothing streams.</param>
/// <param name="ComputeSeconds">To compute with them.</param>
/// <param name="WalkSeconds">Output head and sampling.</param>
public readonly record struct BudgetDecision(
    int Budget, double Tokens, double DraftSeconds, double StreamSeconds, double ComputeSeconds, double WalkSeconds)
{
    /// <summary>Streaming and computing hide each other, less well where they take about the same time: by 4 % at worst.</summary>
    private const double Overlap = 16;

    /// <summary>The target's pass.</summary>
    public double VerifySeconds => Math.Pow(Math.Pow(StreamSeconds, Overlap) + Math.Pow(ComputeSeconds, Overlap), 1 / Overlap);

    /// <summary>The whole iteration.</summary>
    public double Seconds => DraftSeconds + VerifySeconds + WalkSeconds;

    /// <summary>Tokens per second.</summary>
    public double TokensPerSecond => Tokens / Seconds;

    /// <summary>Of a draft step, in seconds.</summary>
    public double StepSeconds { get; init; }

    /// <summary>What a draft step's time brings on average, in tokens: one that brings less is not worth it.</summary>
    public double WorthwhileTokens => TokensPerSecond * StepSeconds;
}
