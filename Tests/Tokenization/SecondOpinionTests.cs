using System.Diagnostics;
using NUnit.Framework;
using SpecExecNative.Loaders.Tokenization;
using SpecExecNative.Loaders.Tokenization.BytePair;

namespace SpecExecNative.Tests.Tokenization;

/// <summary>Our engine against Microsoft's tiktoken one, and against the definition, on text that nobody chose.</summary>
public sealed class SecondOpinionTests
{
    [Test]
    public void Llama3FromTokenizerJsonEqualsTiktokenOnRandomText()
    {
        ModelTokenizer ours = LoadedTokenizers.Get("fixtures/tokenizers/llama3");
        ModelTokenizer ranks = LoadedTokenizers.AsRankFile("fixtures/tokenizers/llama3", "tokenizer.model", "\n");
        Assert.That(ranks.BosId, Is.EqualTo(128000));
        Assert.That(ranks.IdOf("<|eot_id|>"), Is.EqualTo(128009));
        Assert.That(ranks.VocabularySize, Is.EqualTo(128256));
        Random random = new(11);
        for (int i = 0; i < 600; i++)
        {
            string text = RandomText.Next(random, 30, loneSurrogates: true);
            Assert.That(ours.Encode(text, addSpecialTokens: true), Is.EqualTo(ranks.Encode(text, addSpecialTokens: true)), text);
            Assert.That(
                ours.EncodeToTokens(text, out _).Select(token => token.Offset),
                Is.EqualTo(ranks.EncodeToTokens(text, out _).Select(token => token.Offset)), text);
        }
    }

    [Test]
    public void RandomMergeTablesMergeAsTheDefinitionSays()
    {
        Random random = new(12);
        for (int table = 0; table < 60; table++)
        {
            (List<string> vocabulary, List<string> merges) = RandomTable(random);
            ModelTokenizer tokenizer = new TokenizerJson { Vocabulary = vocabulary, Merges = merges }.Load();
            for (int i = 0; i < 20; i++)
            {
                string text = string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => "abc"[random.Next(3)]));
                List<string> expected = NaiveBytePair.Merge(
                    text.Select(c => c.ToString()),
                    (left, right) => merges.IndexOf($"{left} {right}") is int rank and >= 0 ? rank : null);
                Assert.That(tokenizer.Encode(text, addSpecialTokens: false).Select(id => tokenizer.TokenText(id)), Is.EqualTo(expected));
            }
        }
    }

    /// <summary>
    /// A piece of n characters needs at most n - 1 merges, each of which proposes at most two new pairs: 3n candidates ever enter
    /// the heap. Counting them says what a stopwatch can only suggest.
    /// </summary>
    [Test]
    public void APieceOf20000CharactersCostsAtMost60000HeapSteps()
    {
        const int Length = 20_000;
        RankedMerges merges = new(16);
        for (int power = 0; power < 12; power++)
        {
            merges.Add(power, power, power + 1, power);
        }

        SymbolMerger merger = new(merges);
        for (int i = 0; i < Length; i++)
        {
            merger.Append(0, i, i + 1);
        }

        List<Symbol> symbols = [];
        merger.Merge(new string('a', Length), symbols);
        Assert.That(merger.CandidatesExamined, Is.LessThan(3 * Length));
        Assert.That(symbols.Select(symbol => symbol.Id), Is.EqualTo((int[])[12, 12, 12, 12, 11, 10, 9, 5]));
    }

    [TestCase("fixtures/tokenizers/llama2")]
    [TestCase("fixtures/tokenizers/llama3")]
    [TestCase("fixtures/tokenizers/gpt2")]
    public void TextOf20000CharactersWithoutABreakTakesNoTimeWorthNaming(string directory)
    {
        ModelTokenizer tokenizer = LoadedTokenizers.Get(directory);
        string text = new('a', 20_000);

        // It takes some 20 ms; a quadratic engine took minutes. The bound leaves room for a machine under load.
        Stopwatch clock = Stopwatch.StartNew();
        IReadOnlyList<int> ids = tokenizer.Encode(text, addSpecialTokens: false);
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2)));
        Assert.That(tokenizer.Decode(ids), Is.EqualTo(text));
    }

    private static (List<string> Vocabulary, List<string> Merges) RandomTable(Random random)
    {
        List<string> vocabulary = ["a", "b", "c"];
        List<string> merges = [];
        for (int i = 0; i < 25; i++)
        {
            string left = vocabulary[random.Next(vocabulary.Count)];
            string right = vocabulary[random.Next(vocabulary.Count)];
            if (!merges.Contains($"{left} {right}"))
            {
                merges.Add($"{left} {right}");
                if (!vocabulary.Contains(left + right))
                {
                    vocabulary.Add(left + right);
                }
            }
        }

        return (vocabulary, [.. merges.OrderBy(_ => random.Next())]);
    }
}
