namespace SpecExecNative.Loaders.Tokenization.Pipeline;

/// <summary>The model of a tokenizer: turns one pre-tokenised piece of text into tokens. Safe to share between threads.</summary>
internal abstract class PieceEncoder
{
    /// <summary>Appends the tokens of <paramref name="piece"/>, which has no unpaired surrogates.</summary>
    public abstract void Encode(string piece, List<PieceToken> tokens);
}
