namespace SpecExecNative.Loaders.Tokenization.BytePair;

/// <summary>
/// SentencePiece's rule: any two neighbours merge if their joint text is a piece, the highest score first.
/// Pieces of equal score share a rank, so that among them the leftmost wins.
/// </summary>
internal sealed class ScoredMerges : MergeTable
{
    private readonly Dictionary<string, (int Rank, int Id)>.AlternateLookup<ReadOnlySpan<char>> _pieces;
    private readonly int _longest;

    /// <param name="pieces">Text, id and (finite) score of every piece that merging may produce.</param>
    public ScoredMerges(IReadOnlyCollection<(string Text, int Id, float Score)> pieces)
    {
        Dictionary<string, (int Rank, int Id)> byText = new(pieces.Count, StringComparer.Ordinal);
        int rank = -1;
        float previous = float.NaN;
        foreach ((string text, int id, float score) in pieces.OrderByDescending(piece => piece.Score))
        {
            rank += score == previous ? 0 : 1;
            previous = score;
            byText.TryAdd(text, (rank, id));
            _longest = Math.Max(_longest, text.Length);
        }

        _pieces = byText.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public override bool TryGet(string piece, in Symbol left, in Symbol right, out int rank, out int id)
    {
        (int Rank, int Id) found = default;
        int length = right.End - left.Start;
        bool known = length <= _longest && _pieces.TryGetValue(piece.AsSpan(left.Start, length), out found);
        (rank, id) = found;
        return known;
    }
}
