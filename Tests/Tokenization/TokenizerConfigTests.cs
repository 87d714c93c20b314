using NUnit.Framework;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Tests.Tokenization;

public sealed class TokenizerConfigTests
{
    private static readonly TokenizerJson Plain = new()
    {
        Vocabulary = ["a", "<s>", "</s>"],
        AddedTokens = """[{"id":1,"content":"<s>","special":true}]""",
    };

    private static readonly TokenizerJson WithTemplate = Plain with
    {
        PostProcessor = """
            {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"A"}}],
            "special_tokens":{"<s>":{"id":"<s>","ids":[1]}}}
            """,
    };

    [TestCase(false, "{}", new[] { 0 })]
    [TestCase(true, "{}", new[] { 1, 0 })]
    [TestCase(false, """{"bos_token":"<s>","add_bos_token":true}""", new[] { 1, 0 })]
    [TestCase(false, """{"bos_token":{"content":"<s>","lstrip":false},"add_bos_token":true}""", new[] { 1, 0 })]
    [TestCase(true, """{"bos_token":"<s>","add_bos_token":true}""", new[] { 1, 0 }, Description = "not twice")]
    [TestCase(true, """{"bos_token":"<s>","add_bos_token":false}""", new[] { 0 })]
    [TestCase(true, """{"bos_token":"<s>","add_bos_token":null}""", new[] { 1, 0 })]
    [TestCase(true, """{"bos_token":null,"add_eos_token":true}""", new[] { 1, 0 })]
    public void AnExplicitAddBosTokenOverrulesTheTemplate(bool template, string config, int[] ids)
    {
        ModelTokenizer tokenizer = (template ? WithTemplate : Plain).Load(config);
        Assert.That(tokenizer.Encode("a", addSpecialTokens: true), Is.EqualTo(ids));
        Assert.That(tokenizer.Encode("a", addSpecialTokens: false), Is.EqualTo((int[])[0]));
    }

    [Test]
    public void BosIsKnownThoughItIsNotPutInFront()
    {
        ModelTokenizer tokenizer = Plain.Load("""{"bos_token":"<s>"}""");
        Assert.That(tokenizer.BosId, Is.EqualTo(1));
        Assert.That(tokenizer.Encode("a", addSpecialTokens: true), Is.EqualTo((int[])[0]));
        Assert.That(Plain.Load().BosId, Is.Null);
    }

    [Test]
    public void TheTokensItNamesAreSpecial()
    {
        ModelTokenizer tokenizer = Plain.Load("""{"eos_token":"</s>"}""");
        Assert.That(tokenizer.IsSpecial(2), Is.True);
        Assert.That(tokenizer.Encode("a</s>", addSpecialTokens: false), Is.EqualTo((int[])[0, 2]));
    }

    [Test]
    public void FurtherAddedTokensAreRead()
    {
        ModelTokenizer qwen = LoadedTokenizers.Get("fixtures/tokenizers/qwen2");
        Assert.That(qwen.IdOf("<|vision_start|>"), Is.EqualTo(151652), "only tokenizer_config.json knows it");
        Assert.That(qwen.Encode("<tool_call>", addSpecialTokens: true), Is.EqualTo((int[])[151657]));
        Assert.That((qwen.IsSpecial(151657), qwen.IsSpecial(151652)), Is.EqualTo((false, true)));
        Assert.That(qwen.BosId, Is.Null);
    }

    [TestCase("""{"bos_token":"zz"}""", "bos_token")]
    [TestCase("""{"add_bos_token":true}""", "add_bos_token")]
    [TestCase("""{"add_bos_token":"yes"}""", "add_bos_token")]
    [TestCase("""{"added_tokens_decoder":{"x":{"content":"q"}}}""", "added_tokens_decoder.x")]
    [TestCase("""{"added_tokens_decoder":{"0":{"content":"q"}}}""", "added_tokens_decoder.0")]
    [TestCase("[]", "tokenizer_config.json")]
    [TestCase("{", "tokenizer_config.json")]
    public void NonsenseIsRefusedByName(string config, string named) =>
        Assert.That(
            () => Plain.Load(config), Throws.InstanceOf<TokenizerFormatException>().With.Message.Contains(named));

    [Test]
    public void VocabJsonAndMergesTxtOfQwenAreCutByQwensPattern()
    {
        (string, string)[] files = [("vocab.json", """{"1":0,"2":1,"12":2,"<|endoftext|>":3}"""), ("merges.txt", "#version: 0.2\n1 2\n")];
        Assert.That(LoadedTokenizers.FromText(files).Encode("12", addSpecialTokens: true), Is.EqualTo((int[])[2]));
        Assert.That(
            LoadedTokenizers.FromText([.. files, ("tokenizer_config.json", """{"tokenizer_class":"Qwen2Tokenizer"}""")])
                .Encode("12<|endoftext|>", addSpecialTokens: true),
            Is.EqualTo((int[])[0, 1, 3]));
        Assert.That(
            () => LoadedTokenizers.FromText([.. files, ("tokenizer_config.json", """{"tokenizer_class":"CLIPTokenizer"}""")]),
            Throws.InstanceOf<TokenizerFormatException>().With.Message.Contains("CLIPTokenizer"));
    }
}
