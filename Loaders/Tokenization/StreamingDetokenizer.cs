using System.Text.Unicode;

namespace SpecExecNative.Loaders.Tokenization;

/// <summary>
/// Turns tokens into text as they come. A character appears when its last byte is there, never half of it.
/// All that <see cref="Append"/> and the final <see cref="Flush"/> return, put together, equals <see cref="ModelTokenizer.Decode(IEnumerable{int})"/>
/// of the same ids. One per sequence; not for use from two threads at once.
/// </summary>
/// <remarks>
/// Bytes that are no UTF-8 give one U+FFFD for each maximal stretch that could have begun a character, as the Unicode
/// standard recommends. There Hugging Face's ByteFallback decoder differs: it gives one for every byte of the run, even for
/// characters in it that were whole, which no stream could know in time.
/// </remarks>
public sealed class StreamingDetokenizer(ModelTokenizer tokenizer)
{
    private readonly byte[] _pending = new byte[4];
    private int _pendingCount;
    private int _leftToStrip = tokenizer.Decoder.StripLeft;

    /// <summary>Whether bytes of an unfinished character are waiting for the next token.</summary>
    public bool HasPendingBytes => _pendingCount > 0;

    /// <summary>The text that is certain once this token is there; often empty. Special tokens and unused ids add nothing.</summary>
    public string Append(int id) => Convert(tokenizer.TokenBytes(id), flush: false);

    /// <summary>Ends the sequence: an unfinished character becomes U+FFFD. The next token begins a new sequence.</summary>
    public string Flush()
    {
        string rest = Convert([], flush: true);
        _leftToStrip = tokenizer.Decoder.StripLeft;
        return rest;
    }

    private string Convert(ReadOnlySpan<byte> bytes, bool flush)
    {
        int length = _pendingCount + bytes.Length;
        Span<byte> input = length <= 256 ? stackalloc byte[length] : new byte[length];
        _pending.AsSpan(0, _pendingCount).CopyTo(input);
        bytes.CopyTo(input[_pendingCount..]);

        // No byte yields more than one UTF-16 unit, replacement characters included.
        Span<char> output = length <= 256 ? stackalloc char[length] : new char[length];
        Utf8.ToUtf16(input, output, out int read, out int written, replaceInvalidSequences: true, isFinalBlock: flush);
        input[read..].CopyTo(_pending);
        _pendingCount = length - read;
        return Strip(output[..written]).ToString();
    }

    private ReadOnlySpan<char> Strip(ReadOnlySpan<char> text)
    {
        while (_leftToStrip > 0 && !text.IsEmpty)
        {
            bool strips = text[0] == tokenizer.Decoder.StripCharacter;
            text = strips ? text[1..] : text;
            _leftToStrip = strips ? _leftToStrip - 1 : 0;
        }

        return text;
    }
}
