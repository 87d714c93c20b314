namespace SpecExecNative.TrainPair.Evaluation;

/// <summary>Tokens per target iteration where the draft proposes one greedy sequence.</summary>
internal static class ChainAcceptance
{
    /// <param name="draftHits">Per text, per position: whether the draft's most likely token is the one that came.</param>
    /// <param name="start">First position to generate.</param>
    /// <param name="end">No iteration begins here or later.</param>
    /// <param name="depth">Tokens that the draft proposes.</param>
    public static double TokensPerIteration(bool[][] draftHits, int start, int end, int depth)
    {
        (int iterations, int tokens) = (0, 0);
        foreach (bool[] hits in draftHits)
        {
            for (int at = start, advanced; at < end; at += advanced)
            {
                int accepted = 0;
                while (accepted < depth && hits[at + accepted])
                {
                    accepted++;
                }

                advanced = accepted + 1;
                tokens += advanced;
                iterations++;
            }
        }

        return tokens / (double)iterations;
    }
}
