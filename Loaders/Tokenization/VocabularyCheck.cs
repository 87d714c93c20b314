namespace SpecExecNative.Loaders.Tokenization;

/// <summary>Whether tokens mean to one model what they mean to another: to a target what they mean to its draft.</summary>
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
        int shared = SharedIds(target, draft, targetRows, draftRows);
        return FirstDifference(target, draft, shared) is { } id
            ? throw new ModelMismatchException(
                $"The vocabularies of target and draft differ: token {id} is \"{target.TokenText(id)}\" to the target and \"{draft.TokenText(id)}\" "
                + "to the draft. A draft must come from the target's own family, with the same tokenizer.")
            : shared;
    }

    /// <summary>How many ids, from 0, both models have, whatever they stand for.</summary>
    /// <param name="first">The tokenizer of one model.</param>
    /// <param name="second">The tokenizer of the other.</param>
    /// <param name="firstRows">V of the one: how many logits it gives.</param>
    /// <param name="secondRows">V of the other.</param>
    public static int SharedIds(ModelTokenizer first, ModelTokenizer second, int firstRows, int secondRows)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(firstRows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(secondRows);
        return Math.Min(Math.Min(first.VocabularySize, second.VocabularySize), Math.Min(firstRows, secondRows));
    }

    /// <summary>The first id below <paramref name="ids"/> that both use, for different tokens; null: there is none.</summary>
    public static int? FirstDifference(ModelTokenizer first, ModelTokenizer second, int ids)
    {
        for (int id = 0; id < ids; id++)
        {
            string? firstText = first.TokenText(id);
            string? secondText = second.TokenText(id);
            if (firstText is not null && secondText is not null && firstText != secondText)
            {
                return id;
            }
        }

        return null;
    }
}
