namespace SpecExecNative.Tests.Tokenization;

/// <summary>Byte-pair merging as its definition says: look at all pairs, merge the best, leftmost on ties, begin again. O(n²).</summary>
internal static class NaiveBytePair
{
    /// <param name="symbols">The characters of a piece.</param>
    /// <param name="rank">Rank of the merge of two symbols; null if they do not merge. Lowest first.</param>
    public static List<string> Merge(IEnumerable<string> symbols, Func<string, string, double?> rank)
    {
        List<string> current = [.. symbols];
        while (true)
        {
            int best = -1;
            double bestRank = double.PositiveInfinity;
            for (int i = 0; i + 1 < current.Count; i++)
            {
                if (rank(current[i], current[i + 1]) is double itsRank && itsRank < bestRank)
                {
                    (best, bestRank) = (i, itsRank);
                }
            }

            if (best < 0)
            {
                return current;
            }

            current[best] += current[best + 1];
            current.RemoveAt(best + 1);
        }
    }
}
