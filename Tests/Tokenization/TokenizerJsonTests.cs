using System.Text;
using NUnit.Framework;
using SpecExecNative.Loaders;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Tests.Tokenization;

public sealed class TokenizerJsonTests
{
    private static readonly TokenizerJson Letters = new() { Vocabulary = ["a", "b", "c", "ab", "bc", "abc", "aa", "?", " "] };

    [TestCase("a b|b c|ab c", "abc", "abc")]
    [TestCase("b c|a b|a bc", "abc", "abc")]
    [TestCase("b c|a b", "abc", "a bc")]
    [TestCase("a b|b c", "abc", "ab c")]
    [TestCase("a a", "aaa", "aa a")]
    [TestCase("a b|a a", "aab", "a ab")]
    public void TheLowestRankMergesFirstAndOnTiesTheLeftmost(string merges, string text, string tokens) =>
        Assert.That(Texts((Letters with { Merges = merges.Split('|') }).Load(), text), Is.EqualTo(tokens.Split(' ')));

    [Test]
    public void MergesMayBePairs()
    {
        string json = (Letters with { Merges = ["a b"] }).ToString().Replace("[\"a b\"]", "[[\"a\",\"b\"]]");
        Assert.That(Texts(LoadedTokenizers.FromText(("tokenizer.json", json)), "ab"), Is.EqualTo((string[])["ab"]));
    }

    [Test]
    public void IgnoreMergesTakesAWholePieceThatIsAToken()
    {
        Assert.That(Texts(Letters.Load(), "abc"), Is.EqualTo((string[])["a", "b", "c"]));
        ModelTokenizer ignoring = (Letters with { ModelFields = "\"type\":\"BPE\",\"ignore_merges\":true" }).Load();
        Assert.That(Texts(ignoring, "abc"), Is.EqualTo((string[])["abc"]));
        Assert.That(Texts(ignoring, "abca"), Is.EqualTo((string[])["a", "b", "c", "a"]));
    }

    [TestCase(false, "a|?|?|b")]
    [TestCase(true, "a|?|b")]
    public void UnknownCharactersAreFusedOnlyIfTheModelSaysSo(bool fuse, string tokens)
    {
        TokenizerJson json = Letters with { ModelFields = $"\"type\":\"BPE\",\"unk_token\":\"?\",\"fuse_unk\":{(fuse ? "true" : "false")}" };
        Assert.That(Texts(json.Load(), "axyb"), Is.EqualTo(tokens.Split('|')));
    }

    [Test]
    public void WithoutAnUnknownTokenAnUnknownCharacterVanishesAsInTheReference() =>
        Assert.That(Texts(Letters.Load(), "axb"), Is.EqualTo((string[])["a", "b"]));

    [Test]
    public void ByteFallbackNeedsAllBytesOfACharacter()
    {
        TokenizerJson json = new()
        {
            Vocabulary = ["?", "<0xC3>", "<0xA9>"],
            ModelFields = "\"type\":\"BPE\",\"unk_token\":\"?\",\"byte_fallback\":true",
            Decoder = """{"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Fuse"}]}""",
        };
        Assert.That(Texts(json.Load(), "éè"), Is.EqualTo((string[])["<0xC3>", "<0xA9>", "?"]));
        Assert.That(json.Load().Decode([1, 2]), Is.EqualTo("é"));
    }

    [Test]
    public void TheTemplateGoesAroundTheText()
    {
        TokenizerJson json = Letters with
        {
            PostProcessor = """
                {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"B"}},{"Sequence":{"id":"A"}},{"SpecialToken":{"id":"E"}}],
                "special_tokens":{"B":{"id":"B","ids":[2,7]},"E":{"id":"E","ids":[1]}}}
                """,
        };
        Assert.That(json.Load().Encode("a", addSpecialTokens: true), Is.EqualTo((int[])[2, 7, 0, 1]));
        Assert.That(json.Load().Encode("a", addSpecialTokens: false), Is.EqualTo((int[])[0]));
        Assert.That(json.Load().BosId, Is.EqualTo(2));
    }

    [TestCase("normalizer", """{"type":"Lowercase"}""", "Lowercase")]
    [TestCase("normalizer", """{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"StripAccents"}]}""", "normalizer.normalizers[1].type")]
    [TestCase("normalizer", """{"type":"Precompiled","precompiled_charsmap":""}""", "Precompiled")]
    [TestCase("normalizer", """{"type":"Replace","pattern":{"String":""},"content":""}""", "normalizer.pattern.String")]
    [TestCase("pre_tokenizer", """{"type":"Whitespace"}""", "Whitespace")]
    [TestCase("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"\\w+"},"behavior":"Isolated"}""", "\\w")]
    [TestCase("pre_tokenizer", """{"type":"Split","pattern":{"String":"a"},"behavior":"Odd"}""", "Odd")]
    [TestCase("pre_tokenizer", """{"type":"Sequence","pretokenizers":[{"type":"ByteLevel"},{"type":"Digits"}]}""", "ByteLevel")]
    [TestCase("pre_tokenizer", """{"type":"Metaspace","replacement":"__"}""", "pre_tokenizer.replacement")]
    [TestCase("pre_tokenizer", "[]", "pre_tokenizer")]
    [TestCase("post_processor", """{"type":"BertProcessing"}""", "BertProcessing")]
    [TestCase("post_processor", """{"type":"TemplateProcessing","single":[]}""", "post_processor")]
    [TestCase("decoder", "null", "decoder")]
    [TestCase("decoder", """{"type":"WordPiece"}""", "WordPiece")]
    [TestCase("decoder", """{"type":"Sequence","decoders":[{"type":"Strip","content":" ","start":1,"stop":0}]}""", "Strip")]
    [TestCase("decoder", """{"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"Replace"}]}""", "Replace")]
    [TestCase("added_tokens", """[{"id":0,"content":"z"}]""", "\"a\"")]
    [TestCase("added_tokens", """[{"id":50,"content":"a"}]""", "two ids")]
    [TestCase("added_tokens", """[{"id":2000000000,"content":"z"}]""", "2000000000")]
    [TestCase("added_tokens", """[{"id":50,"content":""}]""", "added_tokens[0]")]
    [TestCase("added_tokens", """[{"id":50.5,"content":"z"}]""", "added_tokens[0].id")]
    [TestCase("added_tokens", """[{"id":50,"content":"\ud800"}]""", "surrogate")]
    public void WhatIsNotUnderstoodIsRefusedByName(string field, string value, string named)
    {
        TokenizerJson json = field switch
        {
            "normalizer" => Letters with { Normalizer = value },
            "pre_tokenizer" => Letters with { PreTokenizer = value },
            "post_processor" => Letters with { PostProcessor = value },
            "decoder" => Letters with { Decoder = value },
            _ => Letters with { AddedTokens = value },
        };
        Assert.That(
            () => json.Load(),
            Throws.InstanceOf<TokenizerFormatException>().And.InstanceOf<ModelFormatException>()
                .With.Message.Contains(named).And.Message.Contains("tokenizer.json"));
    }

    [TestCase("\"type\":\"Unigram\"", "Unigram")]
    [TestCase("\"type\":\"WordPiece\"", "WordPiece")]
    [TestCase("\"type\":\"BPE\",\"dropout\":0.1", "dropout")]
    [TestCase("\"type\":\"BPE\",\"continuing_subword_prefix\":\"##\"", "continuing_subword_prefix")]
    [TestCase("\"type\":\"BPE\",\"end_of_word_suffix\":\"</w>\"", "end_of_word_suffix")]
    [TestCase("\"type\":\"BPE\",\"unk_token\":\"zz\"", "unk_token")]
    public void AModelThatIsNotUnderstoodIsRefusedByName(string fields, string named) =>
        Assert.That(
            () => (Letters with { ModelFields = fields }).Load(),
            Throws.InstanceOf<TokenizerFormatException>().With.Message.Contains(named));

    [TestCase("a")]
    [TestCase("a b c")]
    [TestCase("a z")]
    [TestCase("c a", Description = "the merged token is missing")]
    public void AMergeOfWhatIsNoTokenIsRefused(string merge) =>
        Assert.That(
            () => (Letters with { Merges = ["a b", merge] }).Load(),
            Throws.InstanceOf<TokenizerFormatException>().With.Message.Contains("model.merges[1]"));

    [TestCase("""{"type":"x","\ud800":1}""")]
    [TestCase("""{"type":"Fuse","typ\ud800":1}""")]
    [TestCase("""{"\ud800":0}""")]
    public void AFieldWhoseNameIsNoTextIsRefusedByName(string decoder) =>
        Assert.That(
            () => (Letters with { Decoder = decoder }).Load(),
            Throws.InstanceOf<TokenizerFormatException>().With.Message.Contains("decoder").And.Message.Contains("surrogate"));

    [Test]
    public void BytesThatAreNotUtf8AreRefusedWhereverTheyStand()
    {
        // The value of dropout is asked for as it is written, so nothing else would decode it.
        string json = (Letters with { ModelFields = "\"type\":\"BPE\",\"dropout\":\"~\"" }).ToString();
        byte[] bytes = [.. Encoding.UTF8.GetBytes(json).Select(value => value == '~' ? (byte)0xFF : value)];
        Assert.That(
            () => LoadedTokenizers.FromFiles(("tokenizer.json", bytes)),
            Throws.InstanceOf<TokenizerFormatException>().With.Message.Contains("UTF-8").And.Message.Contains("download it again"));
    }

    [Test]
    public void AFileThatIsTooLargeToBelieveIsATypedError()
    {
        string directory = Directory.CreateTempSubdirectory("tokenizer-size").FullName;
        try
        {
            using (FileStream stream = File.Create(Path.Combine(directory, "tokenizer.json")))
            {
                stream.SetLength((128L << 20) + 1);
            }

            Assert.That(
                () => TokenizerLoader.Load(directory),
                Throws.InstanceOf<TokenizerFormatException>().With.Message.Contains("134217729 bytes"));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Test]
    public void AnEmptyDirectoryIsRefusedWithWhatWasLookedFor() =>
        Assert.That(
            () => TokenizerLoader.Load(Path.Combine(Path.GetTempPath(), "no-such-model")),
            Throws.InstanceOf<TokenizerFormatException>().With.Message.Contains("tokenizer.json"));

    private static string[] Texts(ModelTokenizer tokenizer, string text) =>
        [.. tokenizer.Encode(text, addSpecialTokens: false).Select(id => tokenizer.TokenText(id)!)];
}
