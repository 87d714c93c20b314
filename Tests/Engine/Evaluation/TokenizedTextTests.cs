using NUnit.Framework;
using SpecExecNative.Engine.Evaluation;
using SpecExecNative.Loaders.Tokenization;
using SpecExecNative.Tests.Tokenization;

namespace SpecExecNative.Tests.Engine.Evaluation;

public sealed class TokenizedTextTests
{
    private const string AddedTokens = """[{"id":2,"content":"<s>","special":true},{"id":3,"content":"</s>","special":true}]""";

    [TestCase("{}", null)]
    [TestCase("""{"bos_token":"<s>","add_bos_token":false}""", null)]
    [TestCase("""{"bos_token":"<s>","add_bos_token":true}""", 2)]
    public void TheOpeningTokenThatTheTokenizerAddsIsNoPartOfTheText(string config, int? opening)
    {
        TokenizedText text = TokenizedText.Encode(Load(config), "ab");
        Assert.That(text.OpeningToken, Is.EqualTo(opening));
        Assert.That(text.Tokens.ToArray(), Is.EqualTo((int[])[0, 1]));
    }

    [Test]
    public void SpecialTokensThatTheTextSpellsStay()
    {
        TokenizedText text = TokenizedText.Encode(Load("""{"bos_token":"<s>","add_bos_token":true}"""), "<s>ab</s><s>b</s>");
        Assert.That(text.OpeningToken, Is.EqualTo(2));
        Assert.That(text.Tokens.ToArray(), Is.EqualTo((int[])[2, 0, 1, 3, 2, 1, 3]));
    }

    [Test]
    public void AnOpeningTokenAloneIsNoText()
        => Assert.That(TokenizedText.Encode(Load("""{"bos_token":"<s>","add_bos_token":true}"""), "").Tokens.Length, Is.Zero);

    private static ModelTokenizer Load(string config)
        => new TokenizerJson { Vocabulary = ["a", "b"], AddedTokens = AddedTokens }.Load(config);
}
