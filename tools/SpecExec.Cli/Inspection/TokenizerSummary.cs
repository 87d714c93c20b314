using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Cli.Inspection;

/// <summary>A model's tokenizer.</summary>
/// <param name="VocabularySize">Highest id + 1.</param>
/// <param name="SpecialTokens">Tokens that are no text, by id.</param>
/// <param name="BosId">The token that opens a text.</param>
internal sealed record TokenizerSummary(int VocabularySize, IReadOnlyList<(int Id, string Text)> SpecialTokens, int? BosId)
{
    public static TokenizerSummary Of(ModelTokenizer tokenizer) => new(
        tokenizer.VocabularySize,
        [.. Enumerable.Range(0, tokenizer.VocabularySize).Where(tokenizer.IsSpecial).Select(id => (id, tokenizer.TokenText(id) ?? ""))],
        tokenizer.BosId);
}
