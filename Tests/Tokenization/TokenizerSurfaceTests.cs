using System.Buffers;
using Microsoft.ML.Tokenizers;
using NUnit.Framework;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Tests.Tokenization;

/// <summary>What any .NET code may ask of a Microsoft.ML.Tokenizers.Tokenizer.</summary>
public sealed class TokenizerSurfaceTests
{
    [TestCase("fixtures/tokenizers/gpt2")]
    [TestCase("fixtures/tokenizers/phi3")]
    [TestCase("models/stories260K")]
    public void IdsCountsAndTokensAgree(string directory)
    {
        ModelTokenizer tokenizer = LoadedTokenizers.Get(directory);
        Random random = new(5);
        for (int i = 0; i < 100; i++)
        {
            string text = RandomText.Next(random, 12);
            int[] ids = [.. tokenizer.Encode(text, addSpecialTokens: false)];
            Assert.That(tokenizer.EncodeToIds(text), Is.EqualTo(ids));
            Assert.That(tokenizer.EncodeToIds(text.AsSpan()), Is.EqualTo(ids));
            Assert.That(tokenizer.CountTokens(text), Is.EqualTo(ids.Length));
            Assert.That(tokenizer.EncodeToTokens(text, out _).Select(token => token.Id), Is.EqualTo(ids));
        }
    }

    [Test]
    public void OffsetsCoverTheNormalisedTextInOrder()
    {
        foreach (string directory in (string[])["fixtures/tokenizers/gpt2", "fixtures/tokenizers/phi3", "fixtures/tokenizers/qwen2"])
        {
            Random random = new(6);
            for (int i = 0; i < 200; i++)
            {
                IReadOnlyList<EncodedToken> tokens = LoadedTokenizers.Get(directory).EncodeToTokens(RandomText.Next(random, 12), out string? seen);
                int covered = 0;
                foreach (EncodedToken token in tokens)
                {
                    (int start, int end) = (token.Offset.Start.Value, token.Offset.End.Value);

                    // Tokens touch, or are parts of one character.
                    Assert.That(start == covered || (start < covered && covered - start <= 2 && end >= covered), Is.True);
                    covered = end;
                }

                Assert.That(covered, Is.EqualTo(seen!.Length));
            }
        }
    }

    [Test]
    public void OffsetsAreThoseOfTheTextsOwnCharacters()
    {
        IReadOnlyList<EncodedToken> tokens = LoadedTokenizers.Get("fixtures/tokenizers/gpt2").EncodeToTokens("a 🦙b<|endoftext|>", out string? seen);
        Assert.That(seen, Is.EqualTo("a 🦙b<|endoftext|>"));
        Assert.That(tokens.Select(token => seen![token.Offset]), Is.EqualTo((string[])["a", " 🦙", "🦙", "🦙", "b", "<|endoftext|>"]));
    }

    [Test]
    public void AMaximumOfTokensCutsTheTextWhereTheyEnd()
    {
        ModelTokenizer tokenizer = LoadedTokenizers.Get("fixtures/tokenizers/gpt2");
        IReadOnlyList<int> all = tokenizer.EncodeToIds("one two three four");
        IReadOnlyList<int> two = tokenizer.EncodeToIds("one two three four", maxTokenCount: 2, out _, out int consumed);
        Assert.That(two, Is.EqualTo(all.Take(2)));
        Assert.That(consumed, Is.EqualTo("one two".Length));
        Assert.That(tokenizer.GetIndexByTokenCount("one two three four", 3, out _, out int counted), Is.EqualTo("one two three".Length));
        Assert.That(counted, Is.EqualTo(3));
        Assert.That(tokenizer.GetIndexByTokenCountFromEnd("one two three four", 1, out _, out _), Is.EqualTo("one two three".Length));
    }

    [Test]
    public void ABufferThatIsTooSmallIsSaidToBe()
    {
        ModelTokenizer tokenizer = LoadedTokenizers.Get("fixtures/tokenizers/gpt2");
        int[] ids = [.. tokenizer.Encode("one two 🦙", addSpecialTokens: false)];
        char[] buffer = new char[64];

        Assert.That(tokenizer.Decode(ids, buffer, out int consumed, out int written), Is.EqualTo(OperationStatus.Done));
        Assert.That((consumed, new string(buffer, 0, written)), Is.EqualTo((ids.Length, "one two 🦙")));

        Assert.That(tokenizer.Decode(ids, buffer.AsSpan(0, 5), out consumed, out written), Is.EqualTo(OperationStatus.DestinationTooSmall));
        Assert.That((consumed, new string(buffer, 0, written)), Is.EqualTo((1, "one")));

        Assert.That(tokenizer.Decode(ids[..^1], buffer, out consumed, out written), Is.EqualTo(OperationStatus.NeedMoreData));
        Assert.That(new string(buffer, 0, written), Is.EqualTo("one two"));
        Assert.That(consumed, Is.EqualTo(2));
    }

    [Test]
    public void OneTokenizerServesManyThreads()
    {
        ModelTokenizer tokenizer = LoadedTokenizers.Get("fixtures/tokenizers/phi3");
        Random random = new(8);
        string[] texts = [.. Enumerable.Range(0, 64).Select(_ => RandomText.Next(random, 50))];
        int[][] expected = [.. texts.Select(text => tokenizer.Encode(text, addSpecialTokens: true).ToArray())];
        Parallel.For(0, 512, i =>
            Assert.That(tokenizer.Encode(texts[i % 64], addSpecialTokens: true), Is.EqualTo(expected[i % 64])));
    }
}
