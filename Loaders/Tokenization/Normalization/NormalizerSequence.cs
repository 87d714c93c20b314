namespace SpecExecNative.Loaders.Tokenization.Normalization;

/// <summary>One normaliser after the other.</summary>
internal sealed class NormalizerSequence(IReadOnlyList<TextNormalizer> steps) : TextNormalizer
{
    public override string Normalize(string text)
    {
        foreach (TextNormalizer step in steps)
        {
            text = step.Normalize(text);
        }

        return text;
    }
}
