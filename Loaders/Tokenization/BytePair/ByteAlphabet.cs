using System.Text;

namespace SpecExecNative.Loaders.Tokenization.BytePair;

/// <summary>
/// GPT-2's printable stand-ins for the 256 bytes: <c>!</c>–<c>~</c>, <c>¡</c>–<c>¬</c> and <c>®</c>–<c>ÿ</c> stand for
/// themselves, the other 68 bytes, in order, for U+0100 onwards (so a space is <c>Ġ</c> and a newline <c>Ċ</c>).
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = BuildCharacters();
    private static readonly short[] Bytes = BuildBytes();

    public static char ToCharacter(byte value) => Characters[value];

    /// <summary>The text that stands for these bytes: one character each.</summary>
    public static string ToText(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new(bytes.Length);
        foreach (byte value in bytes)
        {
            text.Append(Characters[value]);
        }

        return text.ToString();
    }

    /// <summary>
    /// The bytes that a token's text stands for. A text with any character outside the alphabet
    /// (an added token with a space in it, say) stands for itself.
    /// </summary>
    public static byte[] ToBytes(string text)
    {
        byte[] bytes = new byte[text.Length];
        for (int i = 0; i < text.Length; i++)
        {
            int value = text[i] < Bytes.Length ? Bytes[text[i]] : -1;
            if (value < 0)
            {
                return Encoding.UTF8.GetBytes(text);
            }

            bytes[i] = (byte)value;
        }

        return bytes;
    }

    private static char[] BuildCharacters()
    {
        char[] characters = new char[256];
        char next = '\u0100';
        for (int value = 0; value < characters.Length; value++)
        {
            bool printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            characters[value] = printable ? (char)value : next++;
        }

        return characters;
    }

    private static short[] BuildBytes()
    {
        short[] bytes = new short[Characters.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (int value = 0; value < Characters.Length; value++)
        {
            bytes[Characters[value]] = (short)value;
        }

        return bytes;
    }
}
