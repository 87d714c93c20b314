using SpecExecNative.TrainPair.Tokenizer;

namespace SpecExecNative.TrainPair.Evaluation;

/// <summary>Prompts from held-out chapters: of every other one the beginning, of the rest the verse after its 60th token.</summary>
internal static class HeldOutPrompts
{
    private const int MidChapterTokens = 60;

    /// <returns>At most <paramref name="count"/> prompts of <paramref name="tokens"/> ids, <c>&lt;s&gt;</c> included.</returns>
    public static int[][] Cut(IReadOnlyList<string> chapters, BpeTokenizer tokenizer, int count, int tokens)
    {
        int newLine = tokenizer.Vocabulary.IdOf((byte)'\n');
        List<int[]> prompts = [];
        for (int chapter = 0; chapter < chapters.Count && prompts.Count < count; chapter++)
        {
            List<int> ids = tokenizer.Encode(chapters[chapter]);
            int start = 0;
            if (chapter % 2 == 1)
            {
                start = MidChapterTokens;
                while (start < ids.Count && ids[start - 1] != newLine)
                {
                    start++;
                }
            }

            if (start + tokens - 1 <= ids.Count)
            {
                prompts.Add([BpeVocabulary.BeginOfText, .. ids.GetRange(start, tokens - 1)]);
            }
        }

        return [.. prompts];
    }
}
