using SpecExecNative.Loaders.Tokenization.Pipeline;

namespace SpecExecNative.Loaders.Tokenization.Files;

/// <summary>Collects added tokens from the several files that may name them, and checks them against each other.</summary>
internal sealed class AddedTokenList
{
    private readonly Vocabulary _vocabulary;
    private readonly Dictionary<int, AddedToken> _byId = [];
    private readonly Dictionary<string, int> _idByContent = new(StringComparer.Ordinal);

    public AddedTokenList(Vocabulary vocabulary, IEnumerable<AddedToken>? known = null)
    {
        _vocabulary = vocabulary;
        foreach (AddedToken token in known ?? [])
        {
            _byId[token.Id] = token;
            _idByContent[token.Content] = token.Id;
        }
    }

    public List<AddedToken> Tokens => [.. _byId.Values];

    public bool Contains(string content) => _idByContent.ContainsKey(content);

    /// <summary>Adds a token described by an object with <c>content</c> and the flags of tokenizer.json.</summary>
    public void Add(JsonCursor description, int id)
    {
        bool special = description.Optional("special").AsBoolean(absent: false);
        Add(description, new AddedToken(id, description.Required("content").AsString())
        {
            Special = special,
            Normalized = description.Optional("normalized").AsBoolean(absent: !special),
            StripLeft = description.Optional("lstrip").AsBoolean(absent: false),
            StripRight = description.Optional("rstrip").AsBoolean(absent: false),
            SingleWord = description.Optional("single_word").AsBoolean(absent: false),
        });
    }

    /// <summary>Adds a token; <paramref name="source"/> is where it was read.</summary>
    public void Add(JsonCursor source, AddedToken token)
    {
        if (token.Content.Length == 0)
        {
            throw source.Wrong("an added token has no text");
        }

        if (token.Id is < 0 or >= Vocabulary.MaximumSize)
        {
            throw source.Wrong($"id {token.Id} is outside 0..{Vocabulary.MaximumSize - 1}");
        }

        string? holder = _byId.TryGetValue(token.Id, out AddedToken? other) ? other.Content : _vocabulary.TextOf(token.Id);
        int? elsewhere = _idByContent.TryGetValue(token.Content, out int id) ? id : _vocabulary.IdOf(token.Content);
        if ((holder is not null && holder != token.Content) || (elsewhere is not null && elsewhere != token.Id))
        {
            throw source.Wrong(holder is not null && holder != token.Content
                ? $"id {token.Id} of \"{token.Content}\" already belongs to \"{holder}\""
                : $"\"{token.Content}\" has two ids, {elsewhere} and {token.Id}");
        }

        _byId[token.Id] = token;
        _idByContent[token.Content] = token.Id;
    }
}
