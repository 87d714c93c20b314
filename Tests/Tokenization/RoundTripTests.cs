using System.Text;
using NUnit.Framework;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Tests.Tokenization;

public sealed class RoundTripTests
{
    private const int Texts = 400;

    // Not Qwen: its NFC changes the text on purpose.
    [TestCase("demo-pair/target")]
    [TestCase("models/stories260K")]
    [TestCase("fixtures/tokenizers/llama2")]
    [TestCase("fixtures/tokenizers/phi3")]
    [TestCase("fixtures/tokenizers/llama3")]
    [TestCase("fixtures/tokenizers/gpt2")]
    public void AnyTextComesBackAsItWasUnpairedSurrogatesAsReplacementCharacters(string directory)
    {
        ModelTokenizer tokenizer = LoadedTokenizers.Get(directory);
        Random random = new(20260);
        bool spaceSigns = tokenizer.Decoder.StripLeft > 0;
        for (int i = 0; i < Texts; i++)
        {
            string text = RandomText.Next(random, random.Next(40), loneSurrogates: true).Replace("<s>", "< s>");
            string expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

            // U+2581 is how SentencePiece vocabularies write a space, so it cannot survive.
            expected = spaceSigns ? expected.Replace('▁', ' ') : expected;
            Assert.That(tokenizer.Decode(tokenizer.Encode(text, addSpecialTokens: true)), Is.EqualTo(expected), $"text {i}");
        }
    }

    [TestCase("demo-pair/target")]
    [TestCase("models/stories260K")]
    [TestCase("fixtures/tokenizers/phi3")]
    [TestCase("fixtures/tokenizers/qwen2")]
    public void StreamedTextEqualsWholeTextForAnyIdsAndHasNoHalfCharacters(string directory)
    {
        ModelTokenizer tokenizer = LoadedTokenizers.Get(directory);
        Random random = new(1);
        StreamingDetokenizer stream = new(tokenizer);
        for (int i = 0; i < Texts; i++)
        {
            // Arbitrary ids: broken UTF-8, special tokens, ids beyond the vocabulary.
            int[] ids = [.. Enumerable.Range(0, random.Next(60))
                .Select(_ => random.Next(-2, random.Next(2) == 0 ? 300 : tokenizer.VocabularySize + 5))];
            StringBuilder streamed = new();
            foreach (int id in ids)
            {
                string text = stream.Append(id);
                Assert.That(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)), Is.EqualTo(text), "half a surrogate pair was emitted");
                streamed.Append(text);
            }

            streamed.Append(stream.Flush());
            Assert.That(stream.HasPendingBytes, Is.False);
            Assert.That(streamed.ToString(), Is.EqualTo(tokenizer.Decode(ids)));
            Assert.That(tokenizer.Decode(ids), Is.EqualTo(DecodedAtOnce(tokenizer, ids)));
        }
    }

    [Test]
    public void ACharacterOfFourBytesAppearsWithItsLastByte()
    {
        StreamingDetokenizer stream = new(LoadedTokenizers.Get("models/stories260K"));
        ModelTokenizer tokenizer = LoadedTokenizers.Get("models/stories260K");
        string[] shown = [.. new byte[] { 0xF0, 0x9F, 0x99, 0x82 }.Select(b => stream.Append(tokenizer.IdOf($"<0x{b:X2}>")!.Value))];
        Assert.That(shown, Is.EqualTo((string[])["", "", "", "🙂"]));
    }

    [Test]
    public void AnInterruptedCharacterBecomesOneReplacementCharacterAndTheTextGoesOn()
    {
        ModelTokenizer tokenizer = LoadedTokenizers.Get("models/stories260K");
        int[] ids = [tokenizer.IdOf("<0xF0>")!.Value, tokenizer.IdOf("<0x9F>")!.Value, tokenizer.IdOf("a")!.Value];
        Assert.That(tokenizer.Decode(ids), Is.EqualTo("\uFFFDa"));
        Assert.That(tokenizer.Decode(ids[..2]), Is.EqualTo("\uFFFD"));
    }

    [Test]
    public void OnlyTheFirstSpaceOfASequenceIsDropped()
    {
        ModelTokenizer tokenizer = LoadedTokenizers.Get("models/stories260K");
        int space = tokenizer.IdOf("▁")!.Value;
        int once = tokenizer.IdOf("▁a")!.Value;
        Assert.That(tokenizer.Decode([1, space, once, once]), Is.EqualTo(" a a"));

        StreamingDetokenizer stream = new(tokenizer);
        Assert.That(stream.Append(1) + stream.Append(once) + stream.Append(once) + stream.Flush(), Is.EqualTo("a a"));
        Assert.That(stream.Append(once), Is.EqualTo("a"), "a flush begins a new sequence");
    }

    /// <summary>All bytes, one conversion, one strip: what decoding means.</summary>
    private static string DecodedAtOnce(ModelTokenizer tokenizer, int[] ids)
    {
        List<byte> bytes = [];
        foreach (int id in ids)
        {
            bytes.AddRange(tokenizer.TokenBytes(id));
        }

        string text = Encoding.UTF8.GetString([.. bytes]);
        return tokenizer.Decoder.StripLeft > 0 && text.StartsWith(' ') ? text[1..] : text;
    }
}
