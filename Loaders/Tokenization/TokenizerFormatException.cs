namespace SpecExecNative.Loaders.Tokenization;

/// <summary>
/// A tokenizer's files are missing, damaged, or name a component that is not implemented here.
/// The message reads <c>file: field: what is wrong</c>.
/// </summary>
public sealed class TokenizerFormatException : ModelFormatException
{
    public TokenizerFormatException(string file, string field, string problem, Exception? inner = null)
        : base($"{file}: {field}: {problem}", inner)
    {
    }
}
