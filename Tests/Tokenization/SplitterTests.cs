using NUnit.Framework;
using SpecExecNative.Loaders.Tokenization.PreTokenization;

namespace SpecExecNative.Tests.Tokenization;

/// <summary>Expected pieces are those of the reference's documentation and unit tests, or follow from its definitions.</summary>
public sealed class SplitterTests
{
    [TestCase("Removed", "the|final|countdown")]
    [TestCase("Isolated", "the|-|final|-|-|countdown")]
    [TestCase("MergedWithPrevious", "the-|final-|-|countdown")]
    [TestCase("MergedWithNext", "the|-final|-|-countdown")]
    [TestCase("Contiguous", "the|-|final|--|countdown")]
    public void AMatchGoesWhereTheBehaviourSays(string behavior, string pieces) =>
        AssertPieces(new PatternSplitter(new LiteralPattern("-"), Enum.Parse<SplitBehavior>(behavior)), "the-final--countdown", pieces);

    [TestCase("Removed", "-|-")]
    [TestCase("Isolated", "a|-|b|-|c")]
    public void InvertedWhatIsBetweenTheMatchesCountsAsTheMatch(string behavior, string pieces) =>
        AssertPieces(
            new PatternSplitter(new LiteralPattern("-"), Enum.Parse<SplitBehavior>(behavior), invert: true),
            "a-b-c",
            pieces);

    [TestCase(false, "Call |123| please|½|x|Ⅷ𝟘")]
    [TestCase(true, "Call |1|2|3| please|½|x|Ⅷ|𝟘")]
    public void DigitsAreCutFromTheRest(bool individually, string pieces) =>
        AssertPieces(new DigitsSplitter(individually), "Call 123 please½xⅧ𝟘", pieces);

    [TestCase("Always", true, false, "▁Hey|▁my|▁|▁friend")]
    [TestCase("First", true, true, "▁Hey|▁my|▁|▁friend")]
    [TestCase("First", true, false, "Hey|▁my|▁|▁friend")]
    [TestCase("Never", true, true, "Hey|▁my|▁|▁friend")]
    [TestCase("Always", false, true, "▁Hey▁my▁▁friend")]
    public void MetaspaceMarksSpacesAndTheStart(string scheme, bool split, bool opensInput, string pieces) =>
        AssertPieces(new MetaspaceSplitter('▁', Enum.Parse<PrefixScheme>(scheme), split), "Hey my  friend", pieces, opensInput);

    [Test]
    public void MetaspaceAddsNoSecondSign() =>
        AssertPieces(new MetaspaceSplitter('▁', PrefixScheme.Always, split: true), " Hey", "▁Hey");

    [TestCase(true, true, " Hello| my| friend|,| how|'s| it|   | going|?!")]
    [TestCase(false, true, "Hello| my| friend|,| how|'s| it|   | going|?!")]
    [TestCase(true, false, " Hello my friend, how's it    going?!")]
    public void ByteLevelCutsAsGpt2Did(bool prefixSpace, bool useRegex, string pieces) =>
        AssertPieces(new ByteLevelSplitter(prefixSpace, useRegex), "Hello my friend, how's it    going?!", pieces);

    [Test]
    public void InASequenceEachCutsThePiecesOfTheOneBefore() =>
        AssertPieces(
            new SplitterSequence([new PatternSplitter(new LiteralPattern(" "), SplitBehavior.Removed), new DigitsSplitter(true)]),
            "ab12 3c",
            "ab|1|2|3|c");

    [Test]
    public void NoSplitterYieldsAnEmptyPiece()
    {
        PieceSplitter[] splitters =
        [
            new PatternSplitter(new CodePointRegex("x*", "tokenizer.json"), SplitBehavior.Isolated), new DigitsSplitter(false),
            new MetaspaceSplitter('▁', PrefixScheme.Always, true), new ByteLevelSplitter(true, true), new ByteLevelSplitter(true, false),
        ];
        foreach (PieceSplitter splitter in splitters)
        {
            AssertPieces(splitter, "", "");
        }

        AssertPieces(splitters[0], "axxb", "a|xx|b");
    }

    private static void AssertPieces(PieceSplitter splitter, string text, string expected, bool opensInput = true)
    {
        List<string> pieces = [];
        splitter.Split(text, opensInput, pieces);
        Assert.That(pieces, Is.EqualTo(expected.Length == 0 ? [] : expected.Split('|')));
    }
}
