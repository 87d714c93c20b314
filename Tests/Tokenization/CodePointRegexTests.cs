using System.Globalization;
using System.Text;
using NUnit.Framework;
using SpecExecNative.Loaders.Tokenization.PreTokenization;
using SpecExecNative.Loaders.Tokenization.Tiktoken;

namespace SpecExecNative.Tests.Tokenization;

public sealed class CodePointRegexTests
{
    private const string File = "tokenizer.json";

    [Test]
    public void EveryStandInHasTheCategoryThatItStandsFor()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (UnicodeCategory category in Enum.GetValues<UnicodeCategory>())
            {
                Assert.That(CharUnicodeInfo.GetUnicodeCategory(CodePointFolding.StandIn(category)), Is.EqualTo(category));
            }
        }
    }

    /// <summary>Qwen's pattern against a scanner written from its words, over code points.</summary>
    [Test]
    public void QwensPatternCutsRandomTextAsAHandWrittenScannerDoes()
    {
        CodePointRegex regex = new(TiktokenFamily.QwenPattern, File);
        Random random = new(7);
        for (int i = 0; i < 3000; i++)
        {
            string text = RandomText.Next(random, random.Next(1, 25));
            string[] matches = [.. regex.Matches(text).Select(match => text[match.Start..match.End])];
            Assert.That(matches, Is.EqualTo(QwenScanner.Split(text)), text);
        }
    }

    [TestCase("𝒜𝒷c", new[] { "𝒜𝒷c" })]
    [TestCase("𠀀 𠀁", new[] { "𠀀", " 𠀁" })]
    [TestCase("𝟘𝟙", new[] { "𝟘", "𝟙" })]
    [TestCase("🙂🙂 a", new[] { "🙂🙂", " a" })]
    public void CharactersBeyondTheFirstPlaneAreWhatTheyAre(string text, string[] pieces) =>
        Assert.That(new CodePointRegex(TiktokenFamily.QwenPattern, File).Matches(text).Select(match => text[match.Start..match.End]), Is.EqualTo(pieces));

    [TestCase("(?i:'s)x|s", "'ſx", 1)]
    [TestCase("(?i:'s)x|s", "ſ", 0)]
    [TestCase("(?i:[st])", "ſ", 1)]
    [TestCase("(?:(?i:a|s))s", "ſs", 1)]
    [TestCase("(?:(?i:a|s))s", "ſſ", 0)]
    [TestCase("(?i)a|s", "ſ", 1)]
    [TestCase("(?i)(?:a)s", "Aſ", 1)]
    public void LongSIsAnSExactlyWhereCaseIsIgnored(string pattern, string text, int matches) =>
        Assert.That(new CodePointRegex(pattern, File).Matches(text).Count(), Is.EqualTo(matches));

    [TestCase(@"\p{L}++", Description = "possessive")]
    [TestCase("a?+", Description = "possessive")]
    [TestCase(@"\w+", Description = "another set of characters")]
    [TestCase(@"\bfoo", Description = "rests on \\w")]
    [TestCase("^a")]
    [TestCase("a$")]
    [TestCase("[[:alpha:]]")]
    [TestCase("[a-z&&[^b]]")]
    [TestCase(@"\p{Han}")]
    [TestCase(@"\p{Greek}")]
    [TestCase(@"\h")]
    [TestCase(@"\R")]
    [TestCase(@"(a)\1")]
    [TestCase("(?<name>a)")]
    [TestCase("(?~a)")]
    [TestCase("a(?i)b|c", Description = "reaches over the alternative in Oniguruma")]
    [TestCase("(?:(?i)a|s)s", Description = "reaches over the alternative in Oniguruma")]
    [TestCase("a|(?i)b")]
    [TestCase("a{,3}")]
    [TestCase("[𠀀-𠀁]")]
    [TestCase("(a")]
    [TestCase(@"a\")]
    [TestCase("")]
    public void WhatDotNetWouldReadOtherwiseIsRefused(string pattern) =>
        Assert.That(() => new CodePointRegex(pattern, File), Throws.InstanceOf<ArgumentException>());

    [Test]
    public void WhatIsRefusedIsNamedWithItsPlace() =>
        Assert.That(
            () => new CodePointRegex("ab(?i)c|d", File), Throws.ArgumentException.With.Message.Contains("\"(?i)c|d\" at 2"));

    [TestCase(@"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")]
    [TestCase("[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+")]
    [TestCase(@"\s?\p{L}+")]
    [TestCase("[一-龥ࠀ-一가-퟿]+")]
    public void PatternsOfOtherPublishedModelsAreAccepted(string pattern) =>
        Assert.That(() => new CodePointRegex(pattern, File), Throws.Nothing);

    private static class QwenScanner
    {
        private static readonly string[] Contractions = ["s", "t", "re", "ve", "m", "ll", "d"];

        public static List<string> Split(string text)
        {
            Rune[] runes = [.. text.EnumerateRunes()];
            List<string> pieces = [];
            for (int at = 0; at < runes.Length;)
            {
                int length = LengthAt(runes, at);
                pieces.Add(string.Concat(runes[at..(at + length)].Select(rune => rune.ToString())));
                at += length;
            }

            return pieces;
        }

        private static int LengthAt(Rune[] runes, int at)
        {
            foreach (string contraction in runes[at].Value == '\'' ? Contractions : [])
            {
                string rest = string.Concat(runes.Skip(at + 1).Take(contraction.Length)).Replace('ſ', 's');
                if (rest.Equals(contraction, StringComparison.OrdinalIgnoreCase))
                {
                    return 1 + contraction.Length;
                }
            }

            bool otherFirst = !IsLetter(runes[at]) && !IsNumber(runes[at]) && !IsBreak(runes[at]);
            int letters = Run(runes, at + (otherFirst ? 1 : 0), IsLetter);
            if (letters > 0)
            {
                return letters + (otherFirst ? 1 : 0);
            }

            if (IsNumber(runes[at]))
            {
                return 1;
            }

            int space = runes[at].Value == ' ' ? 1 : 0;
            int signs = Run(runes, at + space, rune => !Rune.IsWhiteSpace(rune) && !IsLetter(rune) && !IsNumber(rune));
            if (signs > 0)
            {
                return space + signs + Run(runes, at + space + signs, IsBreak);
            }

            int white = Run(runes, at, Rune.IsWhiteSpace);
            int lastBreak = Array.FindLastIndex(runes, at + white - 1, white, IsBreak);
            return lastBreak >= 0 ? lastBreak + 1 - at
                : at + white == runes.Length || white == 1 ? white
                : white - 1;
        }

        private static int Run(Rune[] runes, int from, Func<Rune, bool> belongs) => runes.Skip(from).TakeWhile(belongs).Count();

        private static bool IsBreak(Rune rune) => rune.Value is '\r' or '\n';

        private static bool IsLetter(Rune rune) => Rune.IsLetter(rune);

        private static bool IsNumber(Rune rune) => Rune.IsNumber(rune);
    }
}
