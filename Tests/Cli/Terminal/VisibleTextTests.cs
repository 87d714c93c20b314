using System.Text;
using NUnit.Framework;
using SpecExecNative.Cli.Terminal;

namespace SpecExecNative.Tests.Cli.Terminal;

public sealed class VisibleTextTests
{
    [TestCase(" the", "\" the\"")]
    [TestCase("\n\t\r", "\"\\n\\t\\r\"")]
    [TestCase("say \"\\\"", "\"say \\\"\\\\\\\"\"")]
    [TestCase("\u001b[31m", "\"\\u{1B}[31m\"")]
    [TestCase("a\u00a0b\u200bc\u202ed", "\"a\\u{A0}b\\u{200B}c\\u{202E}d\"")]
    [TestCase("\ufffe\uffff", "\"\\u{FFFE}\\u{FFFF}\"")]
    [TestCase("żółć 語 😀", "\"żółć 語 😀\"")]
    public void QuotedTextHidesNothing(string text, string expected)
        => Assert.That(VisibleText.Quoted(Encoding.UTF8.GetBytes(text)), Is.EqualTo(expected));

    [Test]
    public void HalvesOfCharactersAreBytes()
    {
        byte[] smile = Encoding.UTF8.GetBytes("😀");
        Assert.That(VisibleText.Quoted(smile.AsSpan(0, 3)), Is.EqualTo("\"\\xF0\\x9F\\x98\""));
        Assert.That(VisibleText.Quoted([(byte)'a', 0xFF, (byte)'b']), Is.EqualTo("\"a\\xFFb\""));
    }

    [TestCase("two\nlines\tof prose\u00a0😀\n", "two\nlines\tof prose\u00a0😀\n")]
    [TestCase("\u001b]0;owned\u0007", "\\u{1B}]0;owned\\u{7}")]
    [TestCase("over\rwritten\b\u007f", "over\\u{D}written\\u{8}\\u{7F}")]
    [TestCase("\u009b31m\0", "\\u{9B}31m\\u{0}")]
    public void ProseKeepsItsLinesAndSteersNothing(string text, string expected)
        => Assert.That(VisibleText.Prose(text), Is.EqualTo(expected));

    [Test]
    public void NamesStayAsTheyAreButForWhatIsInvisible()
    {
        Assert.That(VisibleText.Of(@"C:\models\""x"""), Is.EqualTo(@"C:\models\""x"""));
        Assert.That(VisibleText.Of("two\nlines\u0007"), Is.EqualTo("two\\nlines\\u{7}"));
    }
}
