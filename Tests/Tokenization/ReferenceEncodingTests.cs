using NUnit.Framework;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Tests.Tokenization;

public sealed class ReferenceEncodingTests
{
    [TestCase("fixtures/tokenizers/llama2", "llama-spm")]
    [TestCase("fixtures/tokenizers/phi3", "phi-3")]
    [TestCase("fixtures/tokenizers/llama3", "llama-bpe")]
    [TestCase("fixtures/tokenizers/qwen2", "qwen2")]
    [TestCase("fixtures/tokenizers/gpt2", "gpt-2")]
    public void All46TextsGetTheIdsThatHuggingFaceGivesThem(string directory, string reference) =>
        AssertAllEqual(LoadedTokenizers.Get(directory), reference);

    [TestCase("fixtures/tokenizers/llama3", "tokenizer.model", "\n", "llama-bpe")]
    [TestCase("fixtures/tokenizers/qwen2", "qwen.tiktoken", "\r\n", "qwen2")]
    public void All46TextsGetTheSameIdsThroughARankFile(string directory, string fileName, string newLine, string reference) =>
        AssertAllEqual(LoadedTokenizers.AsRankFile(directory, fileName, newLine), reference);

    [TestCase("fixtures/tokenizers/llama2", "llama-spm")]
    [TestCase("fixtures/tokenizers/phi3", "phi-3")]
    [TestCase("fixtures/tokenizers/llama3", "llama-bpe")]
    [TestCase("fixtures/tokenizers/gpt2", "gpt-2")]
    public void TheReferenceIdsDecodeToTheirText(string directory, string reference)
    {
        ModelTokenizer tokenizer = LoadedTokenizers.Get(directory);
        foreach ((string text, int[] ids) in ReferenceEncodings.Read(reference))
        {
            Assert.That(tokenizer.Decode(ids), Is.EqualTo(text));
        }
    }

    private static void AssertAllEqual(ModelTokenizer tokenizer, string reference)
    {
        IReadOnlyList<(string Text, int[] Ids)> cases = ReferenceEncodings.Read(reference);
        Assert.That(cases, Has.Count.EqualTo(46));
        using (Assert.EnterMultipleScope())
        {
            foreach ((string text, int[] ids) in cases)
            {
                Assert.That(tokenizer.Encode(text, addSpecialTokens: false), Is.EqualTo(ids), text);
            }
        }
    }
}
