using SpecExecNative.Loaders.Tokenization.Normalization;
using SpecExecNative.Loaders.Tokenization.PreTokenization;

namespace SpecExecNative.Loaders.Tokenization.Pipeline;

/// <summary>A tokenizer as its files describe it, whichever they are: what <see cref="ModelTokenizer"/> is put together from.</summary>
internal sealed record TokenizerParts
{
    public required Vocabulary Vocabulary { get; init; }

    public required PieceEncoder Model { get; init; }

    public required TokenDecoder Decoder { get; init; }

    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    public TextNormalizer? Normalizer { get; init; }

    public PieceSplitter? Splitter { get; init; }

    /// <summary>Ids that go before the text when special tokens are asked for.</summary>
    public IReadOnlyList<int> Prefix { get; init; } = [];

    /// <summary>Ids that go after it.</summary>
    public IReadOnlyList<int> Suffix { get; init; } = [];

    public int? BosId { get; init; }
}
