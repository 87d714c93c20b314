using System.Text.Json;
using NUnit.Framework;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Tests.Tokenization;

/// <summary>The 512-token vocabulary of stories260K against the ids that llama2.c printed.</summary>
public sealed class StoriesTokenizerTests
{
    [Test]
    public void PromptsGetTheIdsOfLlama2CFromTokenizerJson() =>
        AssertGolden(LoadedTokenizers.Get("models/stories260K"));

    [Test]
    public void PromptsGetTheIdsOfLlama2CFromTokenizerModel() => AssertGolden(FromModelFile());

    [Test]
    public void BothFilesGiveTheSameTokens()
    {
        ModelTokenizer json = LoadedTokenizers.Get("models/stories260K");
        ModelTokenizer model = FromModelFile();
        Assert.That(model.VocabularySize, Is.EqualTo(json.VocabularySize).And.EqualTo(512));
        for (int id = 0; id < json.VocabularySize; id++)
        {
            Assert.That(model.TokenText(id), Is.EqualTo(json.TokenText(id)));
            Assert.That(model.IsSpecial(id), Is.EqualTo(json.IsSpecial(id)));
            Assert.That(model.TokenBytes(id).ToArray(), Is.EqualTo(json.TokenBytes(id).ToArray()));
        }
    }

    private static ModelTokenizer FromModelFile() => LoadedTokenizers.FromFiles(
        ("tokenizer.model", File.ReadAllBytes(TestData.Shared("models/stories260K/tokenizer.model"))));

    private static void AssertGolden(ModelTokenizer tokenizer)
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(TestData.Shared("models/stories260K/golden.json")));
        Assert.That(tokenizer.BosId, Is.EqualTo(1));
        foreach (JsonElement item in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            int[] expected = [.. item.GetProperty("prompt_ids").EnumerateArray().Select(id => id.GetInt32())];
            Assert.That(tokenizer.Encode(item.GetProperty("prompt").GetString()!, addSpecialTokens: true), Is.EqualTo(expected));
        }
    }
}
