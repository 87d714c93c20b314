namespace SpecExecNative.Loaders.Tokenization.Pipeline;

/// <summary>An encoded text.</summary>
/// <param name="Text">The text as the model saw it: normalised, with the spaces that pre-tokenisation adds, before any byte alphabet.</param>
/// <param name="Tokens">The tokens, with their places in <paramref name="Text"/>.</param>
internal sealed record PipelineResult(string Text, IReadOnlyList<PieceToken> Tokens);
