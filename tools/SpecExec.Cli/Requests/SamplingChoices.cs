using SpecExecNative.Engine.Sampling;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Cli.Requests;

/// <summary>What the command line says about sampling; null where it leaves it to the model or to us.</summary>
internal sealed record SamplingChoices(
    double? Temperature, int? TopK, double? TopP, double? MinP, double? RepetitionPenalty, ulong Seed)
{
    /// <summary>With this and <see cref="DefaultTopP"/> the SpecExec paper samples; Llama's own recommendation is the same.</summary>
    public const double DefaultTemperature = 0.6;

    public const double DefaultTopP = 0.9;

    /// <summary>The command line wins over the model's recommendation, and that over our defaults.</summary>
    public SamplingOptions Resolve(GenerationDefaults model) => new()
    {
        Temperature = Temperature ?? (model.DoSample is false ? 0 : model.Temperature) ?? DefaultTemperature,
        TopK = TopK ?? model.TopK ?? 0,
        TopP = TopP ?? model.TopP ?? DefaultTopP,
        MinP = MinP ?? model.MinP ?? 0,
        RepetitionPenalty = RepetitionPenalty ?? model.RepetitionPenalty ?? 1,
        Seed = Seed,
    };
}
