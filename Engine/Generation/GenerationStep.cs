using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Engine.Generation;

/// <summary>What one iteration added to the text.</summary>
/// <param name="TokenIds">New tokens, the ending one included where the model ended the text.</param>
/// <param name="Text">New text. It can lag behind the tokens: half a character, or what may become a stop string, is held back.</param>
/// <param name="Tree">The tree that was scored.</param>
/// <param name="AcceptedNodes">Its accepted nodes from the top, without the root.</param>
/// <param name="Statistics">This iteration.</param>
/// <param name="Finish">Set on the last step.</param>
public sealed record GenerationStep(
    IReadOnlyList<int> TokenIds,
    string Text,
    TokenTree Tree,
    IReadOnlyList<int> AcceptedNodes,
    IterationStatistics Statistics,
    FinishReason? Finish);
