using Microsoft.ML.Tokenizers;

namespace SpecExecNative.Loaders.Tokenization;

/// <summary>
/// The model of a tiktoken rank file: Microsoft's <see cref="TiktokenTokenizer"/>, asked for one piece at a time. Cutting the text and
/// finding special tokens stays with <see cref="TextPipeline"/>, whose patterns see characters beyond U+FFFF.
/// </summary>
internal sealed class TiktokenEncoder : PieceEncoder
{
    private readonly TiktokenTokenizer _ranks;

    /// <param name="path">Where the file came from.</param>
    /// <param name="file">The rank file, checked by the caller.</param>
    public TiktokenEncoder(string path, byte[] file)
    {
        using MemoryStream stream = new(file);
        try
        {
            _ranks = TiktokenTokenizer.Create(stream, preTokenizer: null, normalizer: null);
        }
        catch (FormatException exception)
        {
            throw new TokenizerFormatException(path, "ranks", exception.Message, exception);
        }
    }

    public override void Encode(string piece, List<PieceToken> tokens)
    {
        foreach (EncodedToken token in _ranks.EncodeToTokens(piece, out _, considerPreTokenization: false, considerNormalization: false))
        {
            tokens.Add(new(token.Id, token.Offset.Start.GetOffset(piece.Length), token.Offset.End.GetOffset(piece.Length)));
        }
    }
}
