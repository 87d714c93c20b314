using System.Text;

namespace SpecExecNative.Tests.Tokenization;

/// <summary>Seeded text that is hard on tokenizers: letters and digits of every plane, marks, signs, all kinds of white space, contractions.</summary>
internal static class RandomText
{
    private static readonly string[] Fragments =
    [
        " ", "  ", "\n", "\r\n", "\t", "\u00A0", "\u3000", "\u0085", "'s", "'S", "'ſ", "'ll", "'RE", "don't", "...", "----", "<s>", "▁", "Ġ",
        "hello", "World", "the", "12345", "½", "Ⅷ", "٣", "𝟘", "𝒜", "𠀀", "𐐀", "🙂", "👩‍👧", "é", "e\u0301", "ß", "漢字", "한글", "нещо", "ไทย",
        "\0", "\u0001", "\u200B", "\u2028", "\uFFFD", "\uFEFF", "\uE000", "\U000F0000", "_", "$", "#", "\"", "\\", "a", "I",
    ];

    /// <summary>Fragments and arbitrary characters mixed.</summary>
    /// <param name="random">Seeded by the caller.</param>
    /// <param name="length">How many fragments or characters.</param>
    /// <param name="loneSurrogates">Whether unpaired surrogates may occur.</param>
    public static string Next(Random random, int length, bool loneSurrogates = false)
    {
        StringBuilder text = new();
        for (int i = 0; i < length; i++)
        {
            int kind = random.Next(loneSurrogates ? 8 : 7);
            if (kind < 5)
            {
                text.Append(Fragments[random.Next(Fragments.Length)]);
            }
            else if (kind == 7)
            {
                text.Append((char)random.Next(0xD800, 0xE000));
            }
            else
            {
                text.Append(AnyRune(random, kind == 5 ? 0x3000 : 0x110000).ToString());
            }
        }

        return text.ToString();
    }

    private static Rune AnyRune(Random random, int below)
    {
        Rune rune;
        while (!Rune.TryCreate(random.Next(below), out rune))
        {
        }

        return rune;
    }
}
