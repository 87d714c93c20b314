using SpecExecNative.Loaders.Tokenization.BytePair;

namespace SpecExecNative.Loaders.Tokenization.Files;

/// <summary>Collects a list of merges, earliest first, and checks that all they speak of are tokens.</summary>
internal sealed class MergeListBuilder(Vocabulary vocabulary)
{
    private readonly RankedMerges _merges = new(capacity: 1024);
    private int _rank;

    /// <summary>Adds a merge written <c>left right</c>; says what is wrong with it, or returns null.</summary>
    public string? TryAdd(string merge)
    {
        int space = merge.IndexOf(' ');
        return space < 0 || merge.IndexOf(' ', space + 1) >= 0
            ? $"\"{merge}\" is not two tokens with one space between them"
            : TryAdd(merge[..space], merge[(space + 1)..]);
    }

    /// <inheritdoc cref="TryAdd(string)"/>
    public string? TryAdd(string left, string right)
    {
        string merged = left + right;
        string? missing = vocabulary.IdOf(left) is null ? left
            : vocabulary.IdOf(right) is null ? right
            : vocabulary.IdOf(merged) is null ? merged
            : null;
        if (missing is not null)
        {
            return $"\"{missing}\" is not in the vocabulary";
        }

        _merges.Add(vocabulary.IdOf(left)!.Value, vocabulary.IdOf(right)!.Value, vocabulary.IdOf(merged)!.Value, _rank++);
        return null;
    }

    public RankedMerges Build() => _merges;
}
