using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Engine.Evaluation;

/// <summary>A text as its model's tokens.</summary>
/// <param name="Tokens">The text's, without the opening token that the tokenizer puts before it.</param>
/// <param name="OpeningToken">That token (BOS), with which every window begins; null: this tokenizer adds none.</param>
public sealed record TokenizedText(ReadOnlyMemory<int> Tokens, int? OpeningToken)
{
    /// <summary>Encodes a whole text as Hugging Face's tokenizers do; where it spells special tokens, it has them.</summary>
    public static TokenizedText Encode(ModelTokenizer tokenizer, string text)
    {
        int[] tokens = [.. tokenizer.Encode(text, addSpecialTokens: true)];
        return tokenizer.OpeningId is { } opening ? new(tokens.AsMemory(1), opening) : new(tokens, null);
    }
}
