using Microsoft.ML.Tokenizers;
using SpecExecNative.Loaders.Tokenization.Pipeline;

namespace SpecExecNative.Loaders.Tokenization.Tiktoken;

/// <summary>
/// The model of a tiktoken rank file: Microsoft's <see cref="TiktokenTokenizer"/>, asked for one piece at a time. Cutting the text and
/// finding special tokens stays with <see cref="TextPipeline"/>, whose patterns see characters beyond U+FFFF.
/// </summary>
internal sealed class TiktokenEncoder : PieceEncoder
{
    private readonly TiktokenTokenizer _ranks;

    /// <param name="ranks">A rank file known to be well-formed.</param>
    public TiktokenEncoder(Stream ranks)
    {
        _ranks = TiktokenTokenizer.Create(ranks, preTokenizer: null, normalizer: null);
    }

    public override void Encode(string piece, List<PieceToken> tokens)
    {
        foreach (EncodedToken token in _ranks.EncodeToTokens(piece, out _, considerPreTokenization: false, considerNormalization: false))
        {
            tokens.Add(new(token.Id, token.Offset.Start.GetOffset(piece.Length), token.Offset.End.GetOffset(piece.Length)));
        }
    }
}
