namespace SpecExecNative.Loaders.Tokenization.PreTokenization;

/// <summary>
/// GPT-2's splitting (<c>ByteLevel</c>): contractions, words with the space before them, numbers, other signs, white space.
/// The byte alphabet that goes with it is the model's business.
/// </summary>
/// <param name="addPrefixSpace">A text that does not begin with a space is given one.</param>
/// <param name="useRegex">Cut at all; else only the prefix space is added.</param>
internal sealed class ByteLevelSplitter(bool addPrefixSpace, bool useRegex) : PieceSplitter
{
    private static readonly PatternSplitter Words = new(
        new CodePointRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", "ByteLevel"),
        SplitBehavior.Isolated);

    public override void Split(string text, bool opensInput, List<string> pieces)
    {
        string prefixed = addPrefixSpace && text.Length > 0 && text[0] != ' ' ? ' ' + text : text;
        if (useRegex)
        {
            Words.Split(prefixed, opensInput, pieces);
        }
        else if (prefixed.Length > 0)
        {
            pieces.Add(prefixed);
        }
    }
}
