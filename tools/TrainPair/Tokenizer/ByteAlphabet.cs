namespace SpecExecNative.TrainPair.Tokenizer;

/// <summary>
/// GPT-2's printable stand-ins for the 256 byte values, in which byte-level vocabularies are written:
/// visible Latin-1 characters stand for themselves, the other 68 bytes for U+0100 onwards (space becomes U+0120).
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] CharOfByte = MakeAlphabet();
    private static readonly Dictionary<char, byte> ByteOfChar =
        CharOfByte.Select((character, value) => (character, value)).ToDictionary(pair => pair.character, pair => (byte)pair.value);

    /// <summary>The 256 characters in order of code point, which is the order of their token ids.</summary>
    public static IEnumerable<char> Ordered => CharOfByte.Order();

    public static char ToChar(byte value)
    {
        return CharOfByte[value];
    }

    public static byte ToByte(char character)
    {
        return ByteOfChar[character];
    }

    private static char[] MakeAlphabet()
    {
        char[] alphabet = new char[256];
        int hidden = 0;
        for (int value = 0; value < alphabet.Length; value++)
        {
            bool visible = value is (>= '!' and <= '~') or (>= '¡' and <= '¬') or >= '®';
            alphabet[value] = visible ? (char)value : (char)(256 + hidden++);
        }

        return alphabet;
    }
}
