using System.Buffers.Text;
using System.Globalization;
using System.Text;
using SpecExecNative.Loaders.Tokenization.BytePair;
using SpecExecNative.Loaders.Tokenization.Normalization;
using SpecExecNative.Loaders.Tokenization.Pipeline;
using SpecExecNative.Loaders.Tokenization.PreTokenization;

namespace SpecExecNative.Loaders.Tokenization.Tiktoken;

/// <summary>
/// A tiktoken rank file: a line per token, its bytes in Base64, a space, its rank, which is its id. The file names neither the pattern that
/// cuts the text nor special tokens; <see cref="TiktokenFamily"/> knows them for the families that publish such files.
/// </summary>
internal static class TiktokenReader
{
    /// <summary>Whether the first line looks like one of a rank file.</summary>
    public static bool Recognises(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)'\n');
        return TryParseLine(end < 0 ? bytes : bytes[..end], out _, out _);
    }

    public static TokenizerParts Read(string path, ReadOnlySpan<byte> bytes)
    {
        Vocabulary vocabulary = new(capacity: 1024);
        using MemoryStream checkedLines = new(bytes.Length);
        int line = 0;
        foreach (Range range in bytes.Split((byte)'\n'))
        {
            line++;
            ReadOnlySpan<byte> content = bytes[range].TrimEnd("\r"u8);
            if (content.IsEmpty)
            {
                continue;
            }

            string? problem = TryParseLine(content, out byte[] token, out int rank)
                ? vocabulary.TryAdd(ByteAlphabet.ToText(token), rank)
                : "is not Base64, a space and a number";
            if (problem is not null)
            {
                throw new TokenizerFormatException(path, $"line {line}", problem);
            }

            checkedLines.Write(content);
            checkedLines.WriteByte((byte)'\n');
        }

        RefuseGaps(path, vocabulary);
        TiktokenFamily family = TiktokenFamily.Find(vocabulary.Size)
            ?? throw new TokenizerFormatException(
                path, "ranks", $"there are {vocabulary.Size}, which is no family whose pattern is known; convert it to tokenizer.json");
        checkedLines.Position = 0;
        return new()
        {
            Vocabulary = vocabulary,
            Model = new TiktokenEncoder(checkedLines),
            Decoder = new() { ByteLevel = true },
            AddedTokens = [.. family.SpecialTokens.Select((text, i) => new AddedToken(vocabulary.Size + i, text) { Special = true })],
            Normalizer = family.ComposesCharacters ? new UnicodeNormalizer(NormalizationForm.FormC) : null,
            Splitter = new PatternSplitter(new CodePointRegex(family.Pattern, path), SplitBehavior.Isolated),
            Prefix = family.BeginsWithFirstSpecial ? [vocabulary.Size] : [],
            BosId = family.BeginsWithFirstSpecial ? vocabulary.Size : null,
        };
    }

    /// <summary>The merging is byte by byte and rank by rank: it needs every byte and every rank.</summary>
    private static void RefuseGaps(string path, Vocabulary vocabulary)
    {
        for (int value = 0; value < 256; value++)
        {
            if (vocabulary.IdOf(ByteAlphabet.ToText([(byte)value])) is null)
            {
                throw new TokenizerFormatException(path, "ranks", $"the byte 0x{value:X2} has none");
            }
        }

        if (vocabulary.Tokens.Count() != vocabulary.Size)
        {
            throw new TokenizerFormatException(path, "ranks", $"some below {vocabulary.Size} are missing");
        }
    }

    private static bool TryParseLine(ReadOnlySpan<byte> line, out byte[] token, out int rank)
    {
        line = line.TrimEnd("\r"u8);
        int space = line.IndexOf((byte)' ');
        token = [];
        rank = -1;
        if (space <= 0 || !int.TryParse(line[(space + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out rank))
        {
            return false;
        }

        Span<byte> decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(space)];
        bool whole = Base64.DecodeFromUtf8(line[..space], decoded, out int read, out int written) == System.Buffers.OperationStatus.Done
            && read == space && written > 0;
        token = whole ? decoded[..written].ToArray() : [];
        return whole;
    }
}
