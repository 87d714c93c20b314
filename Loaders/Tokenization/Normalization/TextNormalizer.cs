namespace SpecExecNative.Loaders.Tokenization.Normalization;

/// <summary>Rewrites a stretch of text before it is cut into pieces (<c>normalizer</c> in tokenizer.json).</summary>
internal abstract class TextNormalizer
{
    /// <param name="text">Has no unpaired surrogates; neither has the result.</param>
    public abstract string Normalize(string text);
}
