using SpecExecNative.Engine.Evaluation;

namespace SpecExecNative.Cli.Requests;

/// <summary>A text to be scored.</summary>
/// <param name="Model">Directory or <c>org/name</c>; null: the demo target.</param>
/// <param name="Reference">The same; null: none.</param>
/// <param name="File">Path; <c>-</c>: stdin; null: the demo pair's held-out text.</param>
/// <param name="Options">How it is cut.</param>
/// <param name="Device">Where to compute.</param>
internal sealed record PerplexityRequest(string? Model, string? Reference, string? File, PerplexityOptions Options, DeviceRequest Device)
{
    /// <summary>The context was asked for: a model for which it is too long is an error, no reason to shorten it.</summary>
    public bool IsContextChosen { get; init; }
}
