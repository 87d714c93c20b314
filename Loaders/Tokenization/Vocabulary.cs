namespace SpecExecNative.Loaders.Tokenization;

/// <summary>Token texts and their ids, one to one. Ids may have gaps.</summary>
internal sealed class Vocabulary
{
    /// <summary>The most ids that are believed: eight times the largest vocabulary known. Keeps a hostile id from claiming memory.</summary>
    public const int MaximumSize = 1 << 21;

    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _idsBySpan;
    private readonly Dictionary<int, string> _texts;

    public Vocabulary(int capacity)
    {
        _ids = new(capacity, StringComparer.Ordinal);
        _idsBySpan = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _texts = new(capacity);
    }

    /// <summary>Highest id + 1.</summary>
    public int Size { get; private set; }

    public IEnumerable<KeyValuePair<int, string>> Tokens => _texts;

    /// <summary>Adds a token; says what is wrong with it, or returns null.</summary>
    public string? TryAdd(string text, int id)
    {
        if (id is < 0 or >= MaximumSize)
        {
            return $"id {id} of \"{text}\" is outside 0..{MaximumSize - 1}";
        }

        if (!_texts.TryAdd(id, text))
        {
            return $"id {id} belongs to both \"{_texts[id]}\" and \"{text}\"";
        }

        if (!_ids.TryAdd(text, id))
        {
            return $"\"{text}\" has two ids, {_ids[text]} and {id}";
        }

        Size = Math.Max(Size, id + 1);
        return null;
    }

    public bool TryGetId(ReadOnlySpan<char> text, out int id) => _idsBySpan.TryGetValue(text, out id);

    public int? IdOf(string text) => _ids.TryGetValue(text, out int id) ? id : null;

    public string? TextOf(int id) => _texts.GetValueOrDefault(id);
}
