namespace SpecExecNative.TrainPair.Tokenizer;

/// <summary>
/// Token texts by id and the merges that made them. Ids: 0 <c>&lt;s&gt;</c>, 1 <c>&lt;/s&gt;</c>, then the
/// 256 characters of <see cref="ByteAlphabet"/>, then one token per merge in the order in which they were learned.
/// </summary>
internal sealed class BpeVocabulary
{
    public const int BeginOfText = 0;
    public const int EndOfText = 1;
    public const string BeginOfTextToken = "<s>";
    public const string EndOfTextToken = "</s>";

    private readonly List<string> _tokens = [];
    private readonly Dictionary<string, int> _idOfToken = new(StringComparer.Ordinal);
    private readonly List<(int Left, int Right)> _merges = [];

    public BpeVocabulary()
    {
        Add(BeginOfTextToken);
        Add(EndOfTextToken);
        foreach (char character in ByteAlphabet.Ordered)
        {
            Add(character.ToString());
        }
    }

    public IReadOnlyList<string> Tokens => _tokens;

    public IReadOnlyList<(int Left, int Right)> Merges => _merges;

    public int IdOf(string token)
    {
        return _idOfToken[token];
    }

    public int IdOf(byte value)
    {
        return _idOfToken[ByteAlphabet.ToChar(value).ToString()];
    }

    /// <summary>Appends the token that joins two others and returns its id.</summary>
    public int AddMerge(int left, int right)
    {
        _merges.Add((left, right));
        return Add(_tokens[left] + _tokens[right]);
    }

    private int Add(string token)
    {
        int id = _tokens.Count;
        _idOfToken.Add(token, id);
        _tokens.Add(token);
        return id;
    }
}
