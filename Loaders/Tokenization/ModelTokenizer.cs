using System.Buffers;
using System.Text;
using Microsoft.ML.Tokenizers;
using SpecExecNative.Loaders.Tokenization.Pipeline;

namespace SpecExecNative.Loaders.Tokenization;

/// <summary>
/// The tokenizer of a model: text to the ids that the model was trained on, and back. Made by <see cref="TokenizerLoader"/>.
/// Immutable, safe to share between threads.
/// </summary>
/// <remarks>
/// Text that spells an added token (<c>&lt;s&gt;</c>, <c>&lt;|im_end|&gt;</c>) becomes that token, as in Hugging Face tokenizers: chat
/// templates rely on it. Whoever puts untrusted text into a prompt should know. An unpaired surrogate, which no model
/// can read, is taken for U+FFFD.
/// The members of <see cref="Tokenizer"/> encode the text alone, without the special tokens that
/// <see cref="Encode(string, bool)"/> can add around it; their offsets refer to the normalised text, as the model sees it.
/// </remarks>
public sealed class ModelTokenizer : Tokenizer
{
    private readonly TokenizerParts _parts;
    private readonly TokenTable _tokens;
    private readonly TextPipeline _pipeline;

    internal ModelTokenizer(TokenizerParts parts)
    {
        _parts = parts;
        _tokens = new(parts.Vocabulary, parts.AddedTokens, parts.Decoder);
        _pipeline = new(parts);
    }

    /// <summary>Highest id + 1. Ids below it may be unused, and the model may have more rows than this (padding).</summary>
    public int VocabularySize => _tokens.Size;

    /// <summary>The token that opens a sequence, if the files name one.</summary>
    public int? BosId => _parts.BosId;

    /// <summary>The token that <see cref="Encode(string, bool)"/> puts first when it adds special tokens; null: it puts none before a text.</summary>
    public int? OpeningId => _parts.Prefix.Count > 0 ? _parts.Prefix[0] : null;

    internal TokenDecoder Decoder => _parts.Decoder;

    /// <summary>
    /// The token as the files write it (<c>Ġthe</c>, <c>▁the</c>, <c>&lt;0x0A&gt;</c>); tokens of a tiktoken rank file in the byte alphabet
    /// of tokenizer.json, so that the two can be compared. Null if no token has this id.
    /// </summary>
    public string? TokenText(int id) => _tokens.TextOf(id);

    /// <summary>The bytes that the token stands for; no whole characters, perhaps. Empty for special tokens and unused ids.</summary>
    public ReadOnlySpan<byte> TokenBytes(int id) => _tokens.BytesOf(id);

    /// <summary>Whether the token steers the model and is no text.</summary>
    public bool IsSpecial(int id) => _tokens.IsSpecial(id);

    /// <summary>The id of a token, given as <see cref="TokenText"/> gives it; null if there is none.</summary>
    public int? IdOf(string tokenText) => _tokens.IdOf(tokenText);

    /// <summary>The ids of a text.</summary>
    /// <param name="text">Any text; the empty one has no tokens of its own.</param>
    /// <param name="addSpecialTokens">Put around it what the model expects around a text: usually the BOS token before it.</param>
    /// <exception cref="TokenizerFormatException">The tokenizer's pattern takes too long on this text.</exception>
    public IReadOnlyList<int> Encode(string text, bool addSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<int> ids = addSpecialTokens ? [.. _parts.Prefix] : [];
        ids.AddRange(_pipeline.Run(text, normalize: true, split: true).Tokens.Select(token => token.Id));
        if (addSpecialTokens)
        {
            ids.AddRange(_parts.Suffix);
        }

        return ids;
    }

    /// <summary>
    /// The text of these ids, special tokens left out. Unfinished or impossible UTF-8 becomes U+FFFD; ids that are no token are skipped.
    /// </summary>
    public override string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        StreamingDetokenizer stream = new(this);
        StringBuilder text = new();
        foreach (int id in ids)
        {
            text.Append(stream.Append(id));
        }

        return text.Append(stream.Flush()).ToString();
    }

    /// <summary>
    /// As <see cref="Decode(IEnumerable{int})"/>, into a buffer. Only whole characters are written, and the consumed ids are exactly
    /// those behind them: <see cref="OperationStatus.NeedMoreData"/> says that the last ids begin a character which they do not end.
    /// </summary>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        StreamingDetokenizer stream = new(this);
        (idsConsumed, charsWritten) = (0, 0);
        int idsSeen = 0;
        int end = 0;
        foreach (int id in ids)
        {
            string text = stream.Append(id);
            if (!text.TryCopyTo(destination[end..]))
            {
                return OperationStatus.DestinationTooSmall;
            }

            idsSeen++;
            end += text.Length;
            if (!stream.HasPendingBytes)
            {
                (idsConsumed, charsWritten) = (idsSeen, end);
            }
        }

        return stream.HasPendingBytes ? OperationStatus.NeedMoreData : OperationStatus.Done;
    }

    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        PipelineResult result = _pipeline.Run(
            text ?? textSpan.ToString(), settings.ConsiderNormalization, settings.ConsiderPreTokenization);
        int count = Math.Min(result.Tokens.Count, settings.MaxTokenCount);
        EncodedToken[] tokens = new EncodedToken[count];
        for (int i = 0; i < count; i++)
        {
            PieceToken token = result.Tokens[i];
            tokens[i] = new(token.Id, TokenText(token.Id) ?? string.Empty, new(token.Start, token.End));
        }

        return new()
        {
            Tokens = tokens,
            NormalizedText = result.Text,
            CharsConsumed = count == result.Tokens.Count ? result.Text.Length : count == 0 ? 0 : tokens[^1].Offset.End.Value,
        };
    }
}
