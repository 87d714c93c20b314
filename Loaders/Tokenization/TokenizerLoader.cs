using SpecExecNative.Loaders.Tokenization.Files;

namespace SpecExecNative.Loaders.Tokenization;

/// <summary>Finds and reads the tokenizer in a model's directory.</summary>
public static class TokenizerLoader
{
    public static ModelTokenizer Load(string modelDirectory)
    {
        return new(TokenizerJsonReader.Read(Path.Combine(modelDirectory, "tokenizer.json")));
    }
}
