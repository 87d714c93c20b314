using System.Text.RegularExpressions;

namespace SpecExecNative.TrainPair.Tokenizer;

/// <summary>
/// GPT-2's split of text into words with their leading space, numbers, punctuation and white space.
/// .NET's regex sees UTF-16 units: letters outside the Basic Multilingual Plane would split differently
/// from the reference. The corpus is ASCII, so nothing that is trained here can tell.
/// </summary>
internal static partial class PreTokenizer
{
    public static IEnumerable<string> Split(string text)
    {
        foreach (Match piece in Pieces().Matches(text))
        {
            yield return piece.Value;
        }
    }

    [GeneratedRegex(
        @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
        RegexOptions.CultureInvariant)]
    private static partial Regex Pieces();
}
