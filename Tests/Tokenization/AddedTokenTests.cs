using NUnit.Framework;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Tests.Tokenization;

public sealed class AddedTokenTests
{
    [TestCase("a<x>b", "a|<x>|b")]
    [TestCase("<x><xy><x", "<x>|<xy>|<|x")]
    [TestCase("<x", "<|x")]
    [TestCase("<<x>>", "<|<x>|>")]
    [TestCase("<x>", "<x>")]
    [TestCase("", "")]
    public void TheLeftmostAndThenTheLongestIsFound(string text, string tokens) =>
        AssertPieces("""[{"id":10,"content":"<x>"},{"id":11,"content":"<xy>"},{"id":12,"content":"<xy"}]""", text, tokens);

    [Test]
    public void TheLongerOfTwoThatBeginTogetherWins() =>
        AssertPieces("""[{"id":10,"content":"ab"},{"id":11,"content":"abc"},{"id":12,"content":"cx"}]""", "abcx", "abc|x");

    [TestCase("""{"id":10,"content":"M","lstrip":true}""", "a  M b", "a|M| |b")]
    [TestCase("""{"id":10,"content":"M","rstrip":true}""", "a M \n b", "a| |M|b")]
    [TestCase("""{"id":10,"content":"M","lstrip":true,"rstrip":true}""", " M  M ", "M|M")]
    [TestCase("""{"id":10,"content":"M","single_word":true}""", "xM M Mx M.", "x|?| |M| |?|x| |M|.")]
    [TestCase("""{"id":10,"content":"M","single_word":true}""", "éM M_", "?| |?")]
    public void ItsFlagsAreHonoured(string token, string text, string tokens) =>
        AssertPieces($"[{token}]", text, tokens, fused: true);

    [Test]
    public void ItIsFoundBeforeOrAfterNormalisationAsItsFlagSays()
    {
        TokenizerJson json = new()
        {
            Vocabulary = ["a", "b", "x"],
            Normalizer = """{"type":"Replace","pattern":{"String":"x"},"content":"b"}""",
            AddedTokens = """[{"id":10,"content":"ax","normalized":false},{"id":11,"content":"bx","normalized":true}]""",
        };

        // "ax" is matched raw. "bx" is itself normalised to "bb", and so is the text that it is looked for in.
        Assert.That(Ids(json, "axa"), Is.EqualTo((int[])[10, 0]));
        Assert.That(Ids(json, "abx"), Is.EqualTo((int[])[0, 11]));
        Assert.That(Ids(json, "xx"), Is.EqualTo((int[])[11]));
        Assert.That(Ids(json, "ab"), Is.EqualTo((int[])[0, 1]));
    }

    [Test]
    public void EachStretchBetweenTokensIsNormalisedByItself()
    {
        TokenizerJson json = new()
        {
            Vocabulary = ["a", "▁"],
            Normalizer = """{"type":"Prepend","prepend":"▁"}""",
            AddedTokens = """[{"id":10,"content":"<x>","normalized":false}]""",
        };
        Assert.That(Ids(json, "a<x>a<x>"), Is.EqualTo((int[])[1, 0, 10, 1, 0, 10]));
    }

    [Test]
    public void ASpecialTokenIsSkippedInDecodingAndAnOrdinaryOneIsShown()
    {
        TokenizerJson json = new()
        {
            Vocabulary = ["a"],
            AddedTokens = """[{"id":10,"content":"<x>","special":true},{"id":11,"content":"<y>"}]""",
        };
        ModelTokenizer tokenizer = json.Load();
        Assert.That(tokenizer.Decode([0, 10, 11, 5, 99]), Is.EqualTo("a<y>"));
        Assert.That((tokenizer.IsSpecial(10), tokenizer.IsSpecial(11), tokenizer.IsSpecial(99)), Is.EqualTo((true, false, false)));
        Assert.That(tokenizer.TokenBytes(10).Length, Is.Zero);
        Assert.That((tokenizer.VocabularySize, tokenizer.TokenText(5), tokenizer.TokenText(-1)), Is.EqualTo((12, (string?)null, (string?)null)));
    }

    [Test]
    public void TheSampleOfARealChatModelKeepsItsIds()
    {
        string json = File.ReadAllText(TestData.Shared("fixtures/tokenizers/added-tokens-sample.tokenizer.json"));
        ModelTokenizer tokenizer = LoadedTokenizers.FromText(("tokenizer.json", json));
        Assert.That(
            tokenizer.Encode("<|system|><|end|>\n<|user|><s>", addSpecialTokens: true),
            Is.EqualTo((int[])[32006, 32007, 0, 13, 32010, 1]));
        Assert.That(tokenizer.VocabularySize, Is.EqualTo(32011));
        Assert.That(tokenizer.TokenText(32005), Is.EqualTo("<|placeholder4|>"));
    }

    private static IReadOnlyList<int> Ids(TokenizerJson json, string text) => json.Load().Encode(text, addSpecialTokens: false);

    private static void AssertPieces(string addedTokens, string text, string tokens, bool fused = false)
    {
        ModelTokenizer tokenizer = new TokenizerJson
        {
            Vocabulary = ["a", "b", "x", "<", ">", " ", "\n", "?", "."],
            ModelFields = $"\"type\":\"BPE\",\"unk_token\":\"?\",\"fuse_unk\":{(fused ? "true" : "false")}",
            AddedTokens = addedTokens,
        }.Load();
        IEnumerable<string> texts = tokenizer.Encode(text, addSpecialTokens: false).Select(id => tokenizer.TokenText(id)!);
        Assert.That(texts, Is.EqualTo(tokens.Split('|', StringSplitOptions.RemoveEmptyEntries)));
    }
}
