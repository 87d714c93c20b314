using System.Text;
using SpecExecNative.Loaders.Tokenization.PreTokenization;

namespace SpecExecNative.Loaders.Tokenization.Normalization;

/// <summary>Replaces every match of a pattern by a fixed text.</summary>
internal sealed class ReplaceNormalizer(TextPattern pattern, string replacement) : TextNormalizer
{
    public override string Normalize(string text)
    {
        StringBuilder? result = null;
        int copied = 0;
        foreach ((int start, int end) in pattern.Matches(text))
        {
            result ??= new(text.Length);
            result.Append(text, copied, start - copied).Append(replacement);
            copied = end;
        }

        return result is null ? text : result.Append(text, copied, text.Length - copied).ToString();
    }
}
