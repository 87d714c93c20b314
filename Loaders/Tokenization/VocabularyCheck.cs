namespace SpecExecNative.Loaders.Tokenization;

/// <summary>Whether a draft model's tokens mean to the target what they mean to the draft.</summary>
public static class VocabularyCheck
{
    /// <summary>Compares the token texts of two models over the ids that both have.</summary>
    /// <remarks>
    /// Allowed to differ: the number of tokens and of rows (one model may know more tokens, or be padded further), and ids
    /// that only one of the two uses. The ids from the result on must be masked in the draft's distribution.
    /// </remarks>
    /// <param name="target">The tokenizer of the target.</param>
    /// <param name="draft">The tokenizer of the draft.</param>
    /// <param name="targetRows">V of the target: how many logits it gives.</param>
    /// <param name="draftRows">V of the draft.</param>
    /// <returns>How many ids, from 0, are usable with both models.</returns>
    /// <exception cref="ModelMismatchException">An id below that stands for different tokens.</exception>
    public static int Compare(ModelTokenizer target, ModelTokenizer draft, int targetRows, int draftRows)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(targetRows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(draftRows);
        int shared = Math.Min(
            Math.Min(target.VocabularySize, draft.VocabularySize), Math.Min(targetRows, draftRows));
        for (int id = 0; id < shared; id++)
        {
            string? targetText = target.TokenText(id);
            string? draftText = draft.TokenText(id);
            if (targetText is not null && draftText is not null && targetText != draftText)
            {
                throw new ModelMismatchException(
                    $"The vocabularies of target and draft differ: token {id} is \"{targetText}\" to the target and \"{draftText}\" "
                    + "to the draft. A draft must come from the target's own family, with the same tokenizer.");
            }
        }

        return shared;
    }
}
