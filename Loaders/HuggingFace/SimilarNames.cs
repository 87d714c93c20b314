namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>Finds what somebody may have meant.</summary>
internal static class SimilarNames
{
    private const int MaxLength = 128;

    /// <summary>At most three candidates within a third of the name's length in edits, nearest first.</summary>
    public static IEnumerable<string> Find(string name, IEnumerable<string> candidates)
    {
        int limit = Math.Max(2, name.Length / 3);
        return candidates
            .Where(c => c.Length <= MaxLength && Math.Abs(c.Length - name.Length) <= limit)
            .Select(c => (Name: c, Distance: EditDistance(name, c)))
            .Where(c => c.Distance <= limit)
            .OrderBy(c => c.Distance)
            .ThenBy(c => c.Name, StringComparer.Ordinal)
            .Take(3)
            .Select(c => c.Name);
    }

    // Levenshtein's distance, one row at a time.
    private static int EditDistance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int substituted = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[to.Length];
    }
}
