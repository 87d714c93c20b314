using System.Text;
using SpecExecNative.Loaders.Tokenization.BytePair;
using SpecExecNative.Loaders.Tokenization.Normalization;
using SpecExecNative.Loaders.Tokenization.Pipeline;
using SpecExecNative.Loaders.Tokenization.PreTokenization;
using SpecExecNative.Loaders.Tokenization.Tiktoken;

namespace SpecExecNative.Loaders.Tokenization.Files;

/// <summary>
/// vocab.json and merges.txt, the files of GPT-2. They do not say how text is cut: <c>tokenizer_class</c> in
/// tokenizer_config.json does, and GPT-2's way is assumed where there is none.
/// </summary>
internal static class Gpt2Reader
{
    public static TokenizerParts Read(string vocabularyPath, string mergesPath, TokenizerConfig config)
    {
        JsonCursor root = TokenizerFile.ReadJson(vocabularyPath);
        Vocabulary vocabulary = new(capacity: 1024);
        foreach ((string text, JsonCursor id) in root.Fields())
        {
            if (vocabulary.TryAdd(text, id.AsInteger()) is { } problem)
            {
                throw root.Wrong(problem);
            }
        }

        bool qwen = config.IsQwen2;
        return new()
        {
            Vocabulary = vocabulary,
            Model = new BytePairEncoder(new()
            {
                Vocabulary = vocabulary,
                Merges = ReadMerges(mergesPath, vocabulary),
                ByteLevel = true,
            }),
            Decoder = new() { ByteLevel = true },
            AddedTokens = vocabulary.IdOf("<|endoftext|>") is int end ? [new(end, "<|endoftext|>") { Special = true }] : [],
            Normalizer = qwen ? new UnicodeNormalizer(NormalizationForm.FormC) : null,
            Splitter = qwen
                ? new PatternSplitter(new CodePointRegex(TiktokenFamily.QwenPattern, vocabularyPath), SplitBehavior.Isolated)
                : new ByteLevelSplitter(config.AddPrefixSpace, useRegex: true),
        };
    }

    private static RankedMerges ReadMerges(string path, Vocabulary vocabulary)
    {
        MergeListBuilder merges = new(vocabulary);
        using StreamReader reader = new(new MemoryStream(TokenizerFile.ReadBytes(path)), Encoding.UTF8);
        for (int line = 1; reader.ReadLine() is { } text; line++)
        {
            bool blank = text.Length == 0 || text.StartsWith("#version", StringComparison.Ordinal);
            if (!blank && merges.TryAdd(text) is { } problem)
            {
                throw new TokenizerFormatException(path, $"line {line}", problem);
            }
        }

        return merges.Build();
    }
}
