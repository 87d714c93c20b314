using SpecExecNative.Engine.Transformers;
using SpecExecNative.Loaders;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Engine.Evaluation;

/// <summary>A model whose distributions another one should have: the one that it was quantized or distilled from, say.</summary>
/// <param name="Model">Stays the caller's.</param>
/// <param name="SharedVocabulary">Token ids that both models have, from 0: divergences are taken over these, renormalised.</param>
public sealed record ReferenceModel(Transformer Model, int SharedVocabulary)
{
    /// <summary>Compares the token texts of two models over the ids that both have.</summary>
    /// <param name="model">The tokenizer of the model that is scored.</param>
    /// <param name="reference">The tokenizer of its reference.</param>
    /// <param name="modelRows">V of the model.</param>
    /// <param name="referenceRows">V of the reference.</param>
    /// <returns>How many ids they share, from 0.</returns>
    /// <exception cref="ModelMismatchException">An id below that stands for different tokens.</exception>
    public static int CompareVocabularies(ModelTokenizer model, ModelTokenizer reference, int modelRows, int referenceRows)
    {
        int shared = VocabularyCheck.SharedIds(model, reference, modelRows, referenceRows);
        return VocabularyCheck.FirstDifference(model, reference, shared) is { } id
            ? throw new ModelMismatchException(
                $"The vocabularies of model and reference differ: token {id} is \"{model.TokenText(id)}\" to the model and "
                + $"\"{reference.TokenText(id)}\" to the reference. Distributions over different tokens cannot be compared.")
            : shared;
    }
}
