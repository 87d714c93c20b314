namespace SpecExecNative.Loaders.Tokenization.PreTokenization;

/// <summary>Spaces become a visible sign, which may also be put in front, and pieces begin with it (<c>Metaspace</c>).</summary>
/// <param name="replacement">The sign, usually U+2581.</param>
/// <param name="scheme">Where a sign is added in front.</param>
/// <param name="split">Cut before each sign; else the text stays in one piece.</param>
internal sealed class MetaspaceSplitter(char replacement, PrefixScheme scheme, bool split) : PieceSplitter
{
    private readonly PatternSplitter _words = new(new LiteralPattern(replacement.ToString()), SplitBehavior.MergedWithNext);

    public override void Split(string text, bool opensInput, List<string> pieces)
    {
        if (text.Length == 0)
        {
            return;
        }

        string replaced = text.Replace(' ', replacement);
        bool wanted = scheme == PrefixScheme.Always || (scheme == PrefixScheme.First && opensInput);
        if (wanted && replaced[0] != replacement)
        {
            replaced = replacement + replaced;
        }

        if (split)
        {
            _words.Split(replaced, opensInput, pieces);
        }
        else
        {
            pieces.Add(replaced);
        }
    }
}
