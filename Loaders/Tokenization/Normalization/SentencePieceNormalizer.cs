using System.Text;

namespace SpecExecNative.Loaders.Tokenization.Normalization;

/// <summary>
/// The white-space rules of a SentencePiece model (its NormalizerSpec), for models whose character map is the identity.
/// Empty text stays empty; so does text of nothing but spaces where extra spaces are removed.
/// </summary>
internal sealed class SentencePieceNormalizer : TextNormalizer
{
    /// <summary>U+2581, which stands for a space inside pieces.</summary>
    public const char EscapedSpace = '▁';

    /// <summary>A space goes before the text.</summary>
    public required bool AddDummyPrefix { get; init; }

    /// <summary>Spaces at both ends vanish, runs of them become one.</summary>
    public required bool RemoveExtraWhitespaces { get; init; }

    /// <summary>Spaces become <see cref="EscapedSpace"/>.</summary>
    public required bool EscapeWhitespaces { get; init; }

    public override string Normalize(string text)
    {
        string trimmed = RemoveExtraWhitespaces ? text.Trim(' ') : text;
        if (trimmed.Length == 0)
        {
            return trimmed;
        }

        StringBuilder result = new(trimmed.Length + 1);
        char space = EscapeWhitespaces ? EscapedSpace : ' ';
        if (AddDummyPrefix)
        {
            result.Append(space);
        }

        for (int i = 0; i < trimmed.Length; i++)
        {
            bool extra = RemoveExtraWhitespaces && trimmed[i] == ' ' && trimmed[i - 1] == ' ';
            if (!extra)
            {
                result.Append(trimmed[i] == ' ' ? space : trimmed[i]);
            }
        }

        return result.ToString();
    }
}
