namespace SpecExecNative.Loaders.Tokenization.PreTokenization;

/// <summary>Matches one text exactly.</summary>
/// <param name="literal">Not empty.</param>
internal sealed class LiteralPattern(string literal) : TextPattern
{
    public override IEnumerable<(int Start, int End)> Matches(string text)
    {
        for (int at = 0; (at = text.IndexOf(literal, at, StringComparison.Ordinal)) >= 0; at += literal.Length)
        {
            yield return (at, at + literal.Length);
        }
    }
}
