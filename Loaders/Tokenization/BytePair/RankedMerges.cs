namespace SpecExecNative.Loaders.Tokenization.BytePair;

/// <summary>An explicit list of merges, earliest first: tokenizer.json's <c>merges</c>, merges.txt.</summary>
internal sealed class RankedMerges : MergeTable
{
    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _merges;

    public RankedMerges(int capacity)
    {
        _merges = new(capacity);
    }

    /// <summary>Adds the next merge. A pair that is listed twice keeps its later rank, as in the reference.</summary>
    public void Add(int left, int right, int merged, int rank) => _merges[(left, right)] = (rank, merged);

    public override bool TryGet(string piece, in Symbol left, in Symbol right, out int rank, out int id)
    {
        bool found = _merges.TryGetValue((left.Id, right.Id), out (int Rank, int Id) merge);
        (rank, id) = merge;
        return found;
    }
}
