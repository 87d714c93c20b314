namespace SpecExecNative.Loaders.Tokenization.PreTokenization;

/// <summary>Cuts at the matches of a pattern (<c>Split</c>).</summary>
/// <param name="pattern">What to look for.</param>
/// <param name="behavior">What becomes of a match.</param>
/// <param name="invert">What is between the matches counts as the match.</param>
internal sealed class PatternSplitter(TextPattern pattern, SplitBehavior behavior, bool invert = false) : PieceSplitter
{
    public override void Split(string text, bool opensInput, List<string> pieces)
    {
        foreach ((int start, int end) in Regroup(Stretches(text)))
        {
            if (end > start)
            {
                pieces.Add(start == 0 && end == text.Length ? text : text[start..end]);
            }
        }
    }

    private List<(int Start, int End, bool Matched)> Stretches(string text)
    {
        List<(int Start, int End, bool Matched)> stretches = [];
        int previousEnd = 0;
        foreach ((int start, int end) in pattern.Matches(text))
        {
            if (start > previousEnd)
            {
                stretches.Add((previousEnd, start, invert));
            }

            stretches.Add((start, end, !invert));
            previousEnd = end;
        }

        if (previousEnd < text.Length)
        {
            stretches.Add((previousEnd, text.Length, invert));
        }

        return stretches;
    }

    private List<(int Start, int End)> Regroup(List<(int Start, int End, bool Matched)> stretches)
    {
        List<(int Start, int End)> pieces = [];
        for (int i = 0; i < stretches.Count; i++)
        {
            (int start, int end, bool matched) = stretches[i];
            bool previousMatched = i > 0 && stretches[i - 1].Matched;
            bool joins = behavior switch
            {
                SplitBehavior.MergedWithPrevious => i > 0 && matched && !previousMatched,
                SplitBehavior.MergedWithNext => previousMatched && !matched,
                SplitBehavior.Contiguous => i > 0 && matched == previousMatched,
                _ => false,
            };
            if (joins)
            {
                pieces[^1] = (pieces[^1].Start, end);
            }
            else if (!matched || behavior != SplitBehavior.Removed)
            {
                pieces.Add((start, end));
            }
        }

        return pieces;
    }
}
