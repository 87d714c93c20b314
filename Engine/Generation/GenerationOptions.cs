using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Engine.Generation;

/// <summary>
/// What to generate and how. Only <see cref="Sampling"/>, <see cref="MaxTokens"/> and the stops decide the text, or with
/// <see cref="DecodingMethod.SpecInfer"/> its distribution.
/// </summary>
public sealed record GenerationOptions
{
    public DecodingMethod Method { get; init; } = DecodingMethod.SpecExec;

    /// <summary>Tokens to generate at most; 0 gives an empty text.</summary>
    public int MaxTokens { get; init; } = 128;

    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>Shape of the tree; for <see cref="DecodingMethod.Chain"/> the budget is the chain's length.</summary>
    public TreeOptions Tree { get; init; } = new();

    /// <summary>The text ends before the first of these that appears in it.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>Tokens that end the text, beside the model's own.</summary>
    public IReadOnlyList<int> StopTokens { get; init; } = [];

    /// <summary>The model's own end-of-text tokens do not end it.</summary>
    public bool IgnoreEndOfText { get; init; }

    /// <summary>At the end, time passes of plain decoding for comparison: for 0.3 seconds, or a single pass that takes longer.</summary>
    public bool MeasurePlainDecoding { get; init; }

    /// <summary>Keeps what device and host did, for <see cref="GenerationRun.Timespans"/>.</summary>
    public bool KeepsTimeline { get; init; }

    /// <summary>The tree that <see cref="Method"/> grows; null for plain decoding.</summary>
    public TreeOptions? EffectiveTree => Method switch
    {
        DecodingMethod.SpecExec => Tree,
        DecodingMethod.SpecInfer => Tree.Sampled(),
        DecodingMethod.Chain => TreeOptions.Chain(Tree.Budget, Tree.DraftTemperature),
        _ => null,
    };

    /// <exception cref="OptionException">An option makes no sense.</exception>
    public void Validate()
    {
        OptionException.ThrowUnless(MaxTokens >= 0, nameof(MaxTokens), MaxTokens, "0 or more");
        Sampling.Validate();
        EffectiveTree?.Validate();
        if (Method is DecodingMethod.SpecInfer)
        {
            OptionException.ThrowUnless(
                !Tree.ChoosesBudget, nameof(TreeOptions.ChoosesBudget), Tree.ChoosesBudget, "false for SpecInfer (what more nodes would bring is learnt from best-first trees only)");
            OptionException.ThrowUnless(
                double.IsNegativeInfinity(Tree.MinLogProbability),
                nameof(TreeOptions.MinLogProbability),
                Tree.MinLogProbability,
                "negative infinity for SpecInfer (to leave out what was sampled would change the text's distribution)");
        }

        OptionException.ThrowUnless(
            !StopStrings.Any(string.IsNullOrEmpty), nameof(StopStrings), "", "a character or longer each (an empty stop string ends every text at once)");
    }
}
