using SpecExecNative.Loaders.Tokenization.Files;
using SpecExecNative.Loaders.Tokenization.Pipeline;
using SpecExecNative.Loaders.Tokenization.SentencePiece;
using SpecExecNative.Loaders.Tokenization.Tiktoken;
using SpecExecNative.Loaders.Tokenization.TokenizerJson;

namespace SpecExecNative.Loaders.Tokenization;

/// <summary>Finds and reads the tokenizer in a model's directory.</summary>
public static class TokenizerLoader
{
    /// <summary>
    /// Reads, of these, the first that is there: tokenizer.json; tokenizer.model, a SentencePiece model or a tiktoken rank file, whichever
    /// its content is; vocab.json with merges.txt; a single *.tiktoken. Then tokenizer_config.json is applied
    /// (<c>bos_token</c>, <c>add_bos_token</c>, <c>added_tokens_decoder</c>).
    /// </summary>
    /// <exception cref="TokenizerFormatException">
    /// There is none, or it is damaged, or needs a component that is not implemented. The message names file and field.
    /// </exception>
    public static ModelTokenizer Load(string modelDirectory)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelDirectory);
        TokenizerConfig config = new(Path.Combine(modelDirectory, "tokenizer_config.json"));
        return new(config.Apply(ReadParts(modelDirectory, config)));
    }

    private static TokenizerParts ReadParts(string directory, TokenizerConfig config)
    {
        string json = Path.Combine(directory, "tokenizer.json");
        string model = Path.Combine(directory, "tokenizer.model");
        string vocabulary = Path.Combine(directory, "vocab.json");
        string merges = Path.Combine(directory, "merges.txt");
        if (File.Exists(json))
        {
            return TokenizerJsonReader.Read(json);
        }

        if (File.Exists(model))
        {
            byte[] bytes = TokenizerFile.ReadBytes(model);
            return TiktokenReader.Recognises(bytes) ? TiktokenReader.Read(model, bytes) : SentencePieceReader.Read(model, bytes);
        }

        if (File.Exists(vocabulary) && File.Exists(merges))
        {
            return Gpt2Reader.Read(vocabulary, merges, config);
        }

        string[] ranks = Directory.Exists(directory) ? Directory.GetFiles(directory, "*.tiktoken") : [];
        return ranks.Length == 1
            ? TiktokenReader.Read(ranks[0], TokenizerFile.ReadBytes(ranks[0]))
            : throw new TokenizerFormatException(
                directory, "tokenizer", "there is no tokenizer.json, tokenizer.model, vocab.json with merges.txt, or (one) *.tiktoken");
    }
}
