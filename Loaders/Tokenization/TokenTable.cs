using SpecExecNative.Loaders.Tokenization.Pipeline;

namespace SpecExecNative.Loaders.Tokenization;

/// <summary>What each id stands for, vocabulary and added tokens together, laid out for decoding.</summary>
internal sealed class TokenTable
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly string?[] _texts;
    private readonly bool[] _special;
    private readonly byte[] _bytes;
    private readonly int[] _byteStarts;

    public TokenTable(Vocabulary vocabulary, IReadOnlyList<AddedToken> addedTokens, TokenDecoder decoder)
    {
        int size = Math.Max(vocabulary.Size, addedTokens.Select(token => token.Id + 1).DefaultIfEmpty().Max());
        _texts = new string?[size];
        _special = new bool[size];
        foreach ((int id, string text) in vocabulary.Tokens)
        {
            _texts[id] = text;
            _ids[text] = id;
        }

        foreach (AddedToken token in addedTokens)
        {
            _texts[token.Id] = token.Content;
            _ids[token.Content] = token.Id;
            _special[token.Id] |= token.Special;
        }

        _byteStarts = new int[size + 1];
        List<byte> bytes = [];
        for (int id = 0; id < size; id++)
        {
            if (_texts[id] is { } text && !_special[id])
            {
                bytes.AddRange(decoder.Decode(text));
            }

            _byteStarts[id + 1] = bytes.Count;
        }

        _bytes = [.. bytes];
    }

    public int Size => _texts.Length;

    public int? IdOf(string text) => _ids.TryGetValue(text, out int id) ? id : null;

    public string? TextOf(int id) => (uint)id < (uint)Size ? _texts[id] : null;

    public bool IsSpecial(int id) => (uint)id < (uint)Size && _special[id];

    public ReadOnlySpan<byte> BytesOf(int id) =>
        (uint)id < (uint)Size ? _bytes.AsSpan(_byteStarts[id].._byteStarts[id + 1]) : [];
}
