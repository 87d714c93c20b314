using System.Text;
using NUnit.Framework;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Tests.Tokenization;

/// <summary>Damaged and hostile files: a tokenizer that works, or a <see cref="TokenizerFormatException"/>; never anything else.</summary>
public sealed class TokenizerFuzzTests
{
    private const string Json = """
        {"version":"1.0","added_tokens":[{"id":20,"content":"<s>","special":true,"lstrip":true},{"id":21,"content":"<m>","normalized":true}],
        "normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Prepend","prepend":"a"},{"type":"Replace","pattern":{"String":" "},"content":"b"}]},
        "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(?i:'s)|\\p{L}+|\\p{N}{1,3}|\\s+(?!\\S)|\\s+"},"behavior":"Isolated","invert":false},
        {"type":"Digits","individual_digits":true},{"type":"Metaspace","replacement":"b","prepend_scheme":"first","split":true},{"type":"ByteLevel","add_prefix_space":true,"use_regex":true}]},
        "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{"<s>":{"id":"<s>","ids":[20],"tokens":["<s>"]}}},
        "decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"b"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]},
        "model":{"type":"BPE","dropout":null,"unk_token":"u","fuse_unk":true,"byte_fallback":true,"ignore_merges":false,
        "vocab":{"a":0,"b":1,"c":2,"u":3,"ab":4,"abc":5,"<0xC3>":6,"<0xA9>":7,"Ġ":8},"merges":["a b",["ab","c"]]}}
        """;

    private const string Config = """{"bos_token":{"content":"<s>"},"add_bos_token":true,"added_tokens_decoder":{"22":{"content":"<t>","special":false,"normalized":false}}}""";

    private static readonly string[] Splices =
    [
        "null", "{}", "[]", "-1", "2147483647", "4294967296", "1e9", "true", "\"\"", "\"\\ud800\"", "\"type\":\"BPE\",", "[[[[", "\\u0000", ",", "é",
        "\"Regex\":\"(a+)+b\"", "{\"String\":\"a\"}", "\"a\":0,", "\"\\ud800\":0,",
    ];

    [Test]
    public void NoMutationOfTokenizerJsonThrowsAnythingElse() => Mutate(Encoding.UTF8.GetBytes(Json), 2500, seed: 1, json =>
        [("tokenizer.json", json), ("tokenizer_config.json", Encoding.UTF8.GetBytes(Config))]);

    [Test]
    public void NoMutationOfTokenizerConfigThrowsAnythingElse() => Mutate(Encoding.UTF8.GetBytes(Config), 500, seed: 2, config =>
        [("tokenizer.json", Encoding.UTF8.GetBytes(Json)), ("tokenizer_config.json", config)]);

    [Test]
    public void NoMutationOfASentencePieceModelThrowsAnythingElse() => Mutate(
        SentencePieceFile.With("▁", "a", "b", "ab", "▁a").Add("c", -3, 4).Add("<0xC3>", 0, 6).ToBytes(), 2500, seed: 3, model => [("tokenizer.model", model)]);

    [Test]
    public void NoMutationOfMergesThrowsAnythingElse() => Mutate("#version: 0.2\na b\nab c\n"u8.ToArray(), 500, seed: 4, merges =>
        [("vocab.json", """{"a":0,"b":1,"c":2,"ab":3,"abc":4}"""u8.ToArray()), ("merges.txt", merges)]);

    [Test]
    public void NoMutationOfARankFileThrowsAnythingElse()
    {
        string ranks = string.Concat(Enumerable.Range(0, 256).Select(value => $"{Convert.ToBase64String([(byte)value])} {value}\n"));
        Mutate(Encoding.UTF8.GetBytes(ranks), 300, seed: 5, file => [("x.tiktoken", file)]);
    }

    [Test]
    public void TheUndamagedFilesWork()
    {
        ModelTokenizer tokenizer = LoadedTokenizers.FromText(("tokenizer.json", Json), ("tokenizer_config.json", Config));
        Assert.That(tokenizer.Encode("c<t>", addSpecialTokens: true), Is.Not.Empty.And.Contains(20).And.Contains(22));
    }

    [Test]
    public void APatternThatWouldRunForeverEndsInATypedException()
    {
        ModelTokenizer tokenizer = new TokenizerJson
        {
            Vocabulary = ["a"],
            PreTokenizer = """{"type":"Split","pattern":{"Regex":"(a+)+b"},"behavior":"Isolated"}""",
        }.Load();
        Assert.That(
            () => tokenizer.Encode(new string('a', 60), addSpecialTokens: false),
            Throws.InstanceOf<TokenizerFormatException>().With.Message.Contains("too long").And.Message.Contains("tokenizer.json"));
    }

    [Test]
    public void AnIdOfTwoBillionClaimsNoMemory()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(
            () => LoadedTokenizers.FromText(("tokenizer.json", Json.Replace("\"id\":21", "\"id\":2000000000"))),
            Throws.InstanceOf<TokenizerFormatException>());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(10 << 20));
    }

    private static void Mutate(byte[] original, int count, int seed, Func<byte[], (string Name, byte[] Content)[]> files)
    {
        Random random = new(seed);
        string directory = Directory.CreateTempSubdirectory("tokenizer-fuzz").FullName;
        (int Loaded, int Refused) outcome = (0, 0);
        try
        {
            for (int i = 0; i < count; i++)
            {
                foreach ((string name, byte[] content) in files(Damage(original, random)))
                {
                    File.WriteAllBytes(Path.Combine(directory, name), content);
                }

                try
                {
                    ModelTokenizer tokenizer = TokenizerLoader.Load(directory);
                    tokenizer.Decode(tokenizer.Encode("abc é 12's<s> <m>", addSpecialTokens: true));
                    outcome.Loaded++;
                }
                catch (TokenizerFormatException)
                {
                    outcome.Refused++;
                }
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        Assert.That(outcome.Refused, Is.GreaterThan(count / 20), "mutations must hurt");
        TestContext.Out.WriteLine($"{outcome.Loaded} loaded, {outcome.Refused} refused");
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        List<byte> bytes = [.. original];
        for (int edits = random.Next(3) == 0 ? 3 : 1; edits > 0 && bytes.Count > 2; edits--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 12), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Splices[random.Next(Splices.Length)]));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)));
                    break;
            }
        }

        return [.. bytes];
    }
}
