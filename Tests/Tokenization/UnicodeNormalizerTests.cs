using System.Globalization;
using System.Text;
using NUnit.Framework;
using SpecExecNative.Loaders.Tokenization.Normalization;

namespace SpecExecNative.Tests.Tokenization;

public sealed class UnicodeNormalizerTests
{
    [TestCase(NormalizationForm.FormC, "e\u0301", "\u00E9")]
    [TestCase(NormalizationForm.FormC, "\u1100\u1161\u11A8", "\uAC01")]
    [TestCase(NormalizationForm.FormC, "\u0958", "\u0915\u093C")]
    [TestCase(NormalizationForm.FormC, "\u0340", "\u0300")]
    [TestCase(NormalizationForm.FormC, "a\u0327\u0301", "\u00E1\u0327")]
    [TestCase(NormalizationForm.FormC, "a\u0323\u0307\u0301", "\u1EA1\u0307\u0301")]
    [TestCase(NormalizationForm.FormC, "\U0001D15E", "\U0001D157\U0001D165")]
    [TestCase(NormalizationForm.FormC, "\u2126", "\u03A9")]
    [TestCase(NormalizationForm.FormC, "\u0301", "\u0301")]
    [TestCase(NormalizationForm.FormC, "\uFB01 \u00B2", "\uFB01 \u00B2")]
    [TestCase(NormalizationForm.FormD, "\uAC01", "\u1100\u1161\u11A8")]
    [TestCase(NormalizationForm.FormD, "\u1E69", "s\u0323\u0307")]
    [TestCase(NormalizationForm.FormKC, "\uFB01 \u00B2 \uFF21", "fi 2 A")]
    [TestCase(NormalizationForm.FormKD, "\u01C4", "DZ\u030C")]
    public void KnownCasesNormaliseThoughGlobalizationIsInvariant(NormalizationForm form, string text, string expected) =>
        Assert.That(new UnicodeNormalizer(form).Normalize(text), Is.EqualTo(expected));

    [Test]
    public void TheLastWordsOfAnnex15OnBlockingHold()
    {
        // A mark of the same class blocks; one of a lower class does not (D115).
        UnicodeNormalizer compose = new(NormalizationForm.FormC);
        Assert.That(compose.Normalize("a\u0305\u0301"), Is.EqualTo("a\u0305\u0301"));
        Assert.That(compose.Normalize("a\u0316\u0301"), Is.EqualTo("\u00E1\u0316"));
    }

    [Test]
    public void AHundredThousandMarksInReverseOrderAreSorted()
    {
        string marks = string.Concat(Enumerable.Repeat("\u0345\u0301\u0316", 33_333));
        string sorted = new string('\u0316', 33_333) + new string('\u0301', 33_333) + new string('\u0345', 33_333);
        Assert.That(new UnicodeNormalizer(NormalizationForm.FormD).Normalize("x" + marks), Is.EqualTo("x" + sorted));
    }

    /// <summary>The conformance test of the Unicode Character Database, where Debian's unicode-data is installed.</summary>
    [Test]
    public void EveryLineOfTheConformanceTestHolds()
    {
        string? path = new[] { "NormalizationTest.txt", "NormalizationTest.txt.bz2" }
            .Select(name => Path.Combine("/usr/share/unicode", name))
            .FirstOrDefault(File.Exists);
        if (path is null)
        {
            Assert.Ignore("unicode-data is not installed");
        }

        int lines = 0;
        foreach (string line in ConformanceLines(path!))
        {
            if (line.Length == 0 || line[0] is '#' or '@')
            {
                continue;
            }

            string[] columns = [.. line.Split(';').Take(5).Select(ParseCodePoints)];
            AssertForm(NormalizationForm.FormC, columns, 1, 1, 3);
            AssertForm(NormalizationForm.FormD, columns, 2, 2, 4);
            AssertForm(NormalizationForm.FormKC, columns, 3, 3, 3);
            AssertForm(NormalizationForm.FormKD, columns, 4, 4, 4);
            lines++;
        }

        Assert.That(lines, Is.GreaterThan(19_000));
    }

    private static void AssertForm(NormalizationForm form, string[] columns, int ofFirstThree, int ofSecond, int ofLastTwo)
    {
        UnicodeNormalizer normalizer = new(form);
        for (int i = 0; i < columns.Length; i++)
        {
            int expected = i == 1 ? ofSecond : i < 3 ? ofFirstThree : ofLastTwo;
            if (normalizer.Normalize(columns[i]) != columns[expected])
            {
                Assert.Fail($"{form} of column {i + 1}: {string.Join(' ', columns[0].EnumerateRunes().Select(rune => rune.Value.ToString("X4")))}");
            }
        }
    }

    private static IEnumerable<string> ConformanceLines(string path)
    {
        if (!path.EndsWith(".bz2", StringComparison.Ordinal))
        {
            return File.ReadLines(path);
        }

        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("bzcat", path) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd().Split('\n');
    }

    private static string ParseCodePoints(string column) => string.Concat(column.Split(' ')
        .Select(hex => char.ConvertFromUtf32(int.Parse(hex, NumberStyles.HexNumber))));
}
