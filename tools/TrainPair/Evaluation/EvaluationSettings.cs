namespace SpecExecNative.TrainPair.Evaluation;

/// <summary>How a pair is measured.</summary>
internal sealed record EvaluationSettings
{
    /// <summary>Held-out prompts.</summary>
    public int Prompts { get; init; } = 48;

    public int PromptTokens { get; init; } = 64;

    /// <summary>Tokens behind the prompt in which iterations begin.</summary>
    public int MeasuredTokens { get; init; } = 64;

    /// <summary>Tokens behind those, so that the end of the text does not cut the last iterations short.</summary>
    public int SpareTokens { get; init; } = 48;

    public double Temperature { get; init; } = 0.6;

    public double TopP { get; init; } = 0.9;

    /// <summary>Tree budgets, parted by commas (text, so that two settings compare by value).</summary>
    public string Budgets { get; init; } = "1,4,16,64,256,1024";

    public int TextTokens => PromptTokens + MeasuredTokens + SpareTokens;

    /// <summary>The first position that is predicted.</summary>
    public int Start => PromptTokens;

    /// <summary>One behind the last position at which an iteration may begin.</summary>
    public int End => PromptTokens + MeasuredTokens;
}
