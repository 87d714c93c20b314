namespace SpecExecNative.Loaders.Tokenization.PreTokenization;

/// <summary>Something to look for in a text: a literal or a regular expression.</summary>
internal abstract class TextPattern
{
    /// <summary>The matches from left to right, none overlapping, as UTF-16 ranges [Start, End) that never split a character.</summary>
    public abstract IEnumerable<(int Start, int End)> Matches(string text);
}
