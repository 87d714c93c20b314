namespace SpecExecNative.Loaders.Tokenization.Normalization;

/// <summary>Puts a fixed text before any text that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : TextNormalizer
{
    public override string Normalize(string text) => text.Length == 0 ? text : prefix + text;
}
