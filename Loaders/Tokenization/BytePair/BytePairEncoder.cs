using System.Text;
using SpecExecNative.Loaders.Tokenization.Pipeline;

namespace SpecExecNative.Loaders.Tokenization.BytePair;

/// <summary>
/// Byte-pair encoding as in Hugging Face tokenizers' BPE model and SentencePiece's BPE, which differ only in their <see cref="MergeTable"/>.
/// </summary>
internal sealed class BytePairEncoder : PieceEncoder
{
    private readonly BytePairOptions _options;
    private readonly int?[] _byteTokens = new int?[256];
    private SymbolMerger? _spareMerger;

    public BytePairEncoder(BytePairOptions options)
    {
        _options = options;
        for (int value = 0; value < _byteTokens.Length; value++)
        {
            _byteTokens[value] = options.ByteFallback ? options.Vocabulary.IdOf($"<0x{value:X2}>") : null;
        }
    }

    public override void Encode(string piece, List<PieceToken> tokens)
    {
        if (!_options.ByteLevel)
        {
            EncodeText(piece, tokens);
            return;
        }

        int first = tokens.Count;
        EncodeText(ByteAlphabet.ToText(Encoding.UTF8.GetBytes(piece)), tokens);
        int[] byteOwners = OwnersOfBytes(piece);
        for (int i = first; i < tokens.Count; i++)
        {
            int lastOwner = byteOwners[tokens[i].End - 1];
            int width = char.IsHighSurrogate(piece[lastOwner]) ? 2 : 1;
            tokens[i] = new(tokens[i].Id, byteOwners[tokens[i].Start], lastOwner + width);
        }
    }

    private void EncodeText(string text, List<PieceToken> tokens)
    {
        if (_options.IgnoreMerges && _options.Vocabulary.TryGetId(text, out int whole))
        {
            tokens.Add(new(whole, 0, text.Length));
            return;
        }

        SymbolMerger merger = Interlocked.Exchange(ref _spareMerger, null) ?? new(_options.Merges);
        merger.Clear();
        for (int at = 0; at < text.Length;)
        {
            int length = char.IsHighSurrogate(text[at]) ? 2 : 1;
            bool known = _options.Vocabulary.TryGetId(text.AsSpan(at, length), out int id);
            merger.Append(known ? id : Symbol.Unknown, at, at + length);
            at += length;
        }

        List<Symbol> symbols = [];
        merger.Merge(text, symbols);
        _spareMerger = merger;
        bool afterUnknown = false;
        foreach (Symbol symbol in symbols)
        {
            afterUnknown = symbol.Id == Symbol.Unknown && !TryAddBytes(text, symbol, tokens)
                ? AddUnknown(symbol, afterUnknown, tokens)
                : AddKnown(symbol, tokens);
        }
    }

    private static bool AddKnown(Symbol symbol, List<PieceToken> tokens)
    {
        if (symbol.Id != Symbol.Unknown)
        {
            tokens.Add(new(symbol.Id, symbol.Start, symbol.End));
        }

        return false;
    }

    private bool AddUnknown(Symbol symbol, bool afterUnknown, List<PieceToken> tokens)
    {
        if (_options.UnknownId is not int unknown)
        {
            return false;
        }

        if (afterUnknown && _options.FuseUnknown)
        {
            tokens[^1] = tokens[^1] with { End = symbol.End };
        }
        else
        {
            tokens.Add(new(unknown, symbol.Start, symbol.End));
        }

        return true;
    }

    private bool TryAddBytes(string text, Symbol symbol, List<PieceToken> tokens)
    {
        if (!_options.ByteFallback)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[4];
        bytes = bytes[..Encoding.UTF8.GetBytes(text.AsSpan(symbol.Start, symbol.End - symbol.Start), bytes)];
        foreach (byte value in bytes)
        {
            if (_byteTokens[value] is null)
            {
                return false;
            }
        }

        foreach (byte value in bytes)
        {
            tokens.Add(new(_byteTokens[value]!.Value, symbol.Start, symbol.End));
        }

        return true;
    }

    /// <summary>For each UTF-8 byte of the text, the index of the UTF-16 unit that its character begins with.</summary>
    private static int[] OwnersOfBytes(string text)
    {
        int[] owners = new int[Encoding.UTF8.GetByteCount(text)];
        int at = 0;
        int unit = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            owners.AsSpan(at, rune.Utf8SequenceLength).Fill(unit);
            at += rune.Utf8SequenceLength;
            unit += rune.Utf16SequenceLength;
        }

        return owners;
    }
}
