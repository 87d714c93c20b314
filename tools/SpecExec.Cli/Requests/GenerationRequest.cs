using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Cli.Requests;

/// <summary>A checked command line.</summary>
/// <param name="Models">What to load; no draft where the method needs none.</param>
/// <param name="Prompt">Where the prompt comes from.</param>
/// <param name="Sampling">Choices that the model's own recommendation completes.</param>
/// <param name="Options">All but the sampling.</param>
/// <param name="IsMethodChosen">The method was named; otherwise it is our choice.</param>
internal sealed record GenerationRequest(
    ModelRequest Models, PromptRequest Prompt, SamplingChoices Sampling, GenerationOptions Options, bool IsMethodChosen)
{
    /// <summary>The tree if layers are streamed; null: the options'.</summary>
    public TreeOptions? TreeForStreaming { get; init; }
}
