using System.Text.Json;
using NUnit.Framework;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Tests.Tokenization;

/// <summary>The demo pair's tokenizer against the encoder that trained it (another program, another author).</summary>
public sealed class DemoPairTokenizerTests
{
    [Test]
    public void EncodesAndDecodesAsTheTrainersEncoderDid()
    {
        ModelTokenizer tokenizer = TokenizerLoader.Load(TestData.Shared("demo-pair/target"));
        int compared = 0;
        foreach (JsonElement item in Cases())
        {
            string text = item.GetProperty("text").GetString()!;
            int[] ids = [.. item.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
            if (text.Contains("<s>", StringComparison.Ordinal))
            {
                continue;
            }

            Assert.That(tokenizer.Encode(text, addSpecialTokens: false), Is.EqualTo(ids), text);
            Assert.That(tokenizer.Decode(ids), Is.EqualTo(text));
            compared++;
        }

        Assert.That(compared, Is.EqualTo(13));
    }

    private static JsonElement.ArrayEnumerator Cases()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(TestData.Shared("demo-pair/golden.json")));
        return golden.RootElement.GetProperty("tokenizer").Clone().EnumerateArray();
    }
}
