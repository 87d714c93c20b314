using System.Text;

namespace SpecExecNative.TrainPair.Tokenizer;

/// <summary>
/// Learns byte-level BPE (Sennrich et al. 2016): joins the most frequent neighbouring pair, again and again.
/// Counts are taken anew for every merge: plain, and at 4 MB of text a matter of seconds.
/// </summary>
internal sealed class BpeTrainer
{
    private readonly BpeVocabulary _vocabulary = new();
    private readonly List<Word> _words;

    private BpeTrainer(IEnumerable<string> documents)
    {
        _words = [.. documents
            .SelectMany(PreTokenizer.Split)
            .CountBy(piece => piece, StringComparer.Ordinal)
            .Select(counted => new Word([.. Encoding.UTF8.GetBytes(counted.Key).Select(_vocabulary.IdOf)], counted.Value))];
    }

    /// <summary>Trains until the vocabulary has <paramref name="size"/> tokens or no pair is left.</summary>
    public static BpeVocabulary Train(IEnumerable<string> documents, int size)
    {
        BpeTrainer trainer = new(documents);
        while (trainer._vocabulary.Tokens.Count < size && trainer.MostFrequentPair() is (int left, int right))
        {
            int merged = trainer._vocabulary.AddMerge(left, right);
            foreach (Word word in trainer._words)
            {
                Replace(word.Symbols, left, right, merged);
            }
        }

        return trainer._vocabulary;
    }

    /// <summary>The pair with the highest count; of equals, the one with the lower left id, then the lower right id.</summary>
    private (int Left, int Right)? MostFrequentPair()
    {
        Dictionary<(int Left, int Right), int> counts = [];
        foreach ((List<int> symbols, int count) in _words)
        {
            for (int i = 0; i + 1 < symbols.Count; i++)
            {
                (int, int) pair = (symbols[i], symbols[i + 1]);
                counts[pair] = counts.GetValueOrDefault(pair) + count;
            }
        }

        return counts.Count == 0
            ? null
            : counts.MinBy(counted => (-counted.Value, counted.Key.Left, counted.Key.Right)).Key;
    }

    private static void Replace(List<int> symbols, int left, int right, int merged)
    {
        for (int i = 0; i + 1 < symbols.Count; i++)
        {
            if (symbols[i] == left && symbols[i + 1] == right)
            {
                symbols[i] = merged;
                symbols.RemoveAt(i + 1);
            }
        }
    }

    private sealed record Word(List<int> Symbols, int Count);
}
