using System.Text.Json;
using NUnit.Framework;
using SpecExecNative.Engine.Transformers;

namespace SpecExecNative.Tests.Engine.Transformers;

/// <summary>Real trained models against the recorded output of other implementations.</summary>
public sealed class GoldenTests
{
    private const double Tolerance = 1e-3;

    /// <summary>karpathy's run.c on stories260K: every greedy token, and sums, norms and first values of its logits.</summary>
    [Test]
    public void Stories260KGivesTheLogitsAndTokensOfLlama2C()
    {
        using Transformer model = TestModel.Load(TestData.Shared("models/stories260K"));
        foreach (JsonElement golden in Cases("models/stories260K/golden.json", "cases"))
        {
            int[] tokens = [.. Ints(golden, "prompt_ids"), .. Ints(golden, "generated_ids")];
            float[][] logits = ChainLogits(model, tokens);

            AssertGreedy(logits, tokens, Ints(golden, "prompt_ids").Length);
            foreach (JsonElement check in golden.GetProperty("logit_checks").EnumerateArray())
            {
                float[] row = logits[check.GetProperty("pos").GetInt32()];
                double[] first = [.. check.GetProperty("first8").EnumerateArray().Select(v => v.GetDouble())];
                Assert.That(row.Take(8).Select(v => (double)v), Is.EqualTo(first).Within(Tolerance));
                Assert.That(row.Sum(v => (double)v), Is.EqualTo(check.GetProperty("sum").GetDouble()).Within(Tolerance * row.Length / 10));
                Assert.That(Math.Sqrt(row.Sum(v => (double)v * v)), Is.EqualTo(check.GetProperty("l2").GetDouble()).Within(Tolerance));
            }
        }
    }

    /// <summary>
    /// The same weights rounded to float16: golden.json's margins say that cases 0, 1 and 3 must keep their tokens.
    /// </summary>
    [Test]
    public void Stories260KInFloat16KeepsTheTokensThatItsMarginsAllow()
    {
        using Transformer model = TestModel.Load(TestData.Shared("models/stories260K-f16"));
        JsonElement[] cases = Cases("models/stories260K/golden.json", "cases");
        foreach (int index in new[] { 0, 1, 3 })
        {
            int[] tokens = [.. Ints(cases[index], "prompt_ids"), .. Ints(cases[index], "generated_ids")];
            AssertGreedy(ChainLogits(model, tokens), tokens, Ints(cases[index], "prompt_ids").Length);
        }
    }

    /// <summary>Rounding weights to 8 bits of mantissa moves logits of size ten by some hundredths, not by more.</summary>
    [Test]
    public void Stories260KInBFloat16StaysClose()
    {
        using Transformer exact = TestModel.Load(TestData.Shared("models/stories260K"));
        using Transformer rounded = TestModel.Load(TestData.Shared("models/stories260K-bf16"));
        int[] tokens = Ints(Cases("models/stories260K/golden.json", "cases")[1], "prompt_ids");

        float[] a = ChainLogits(exact, tokens)[^1];
        float[] b = ChainLogits(rounded, tokens)[^1];

        double difference = Math.Sqrt(a.Zip(b, (x, y) => Math.Pow(x - y, 2)).Average());
        Assert.That(difference, Is.GreaterThan(0).And.LessThan(0.15));
    }

    [Test]
    public void ShardsAreTheWholeModel()
    {
        using Transformer whole = TestModel.Load(TestData.Shared("models/stories260K"));
        using Transformer sharded = TestModel.Load(TestData.Shared("models/stories260K-sharded"));
        int[] tokens = [1, 403, 407, 261];

        Assert.That(ChainLogits(sharded, tokens), Is.EqualTo(ChainLogits(whole, tokens)));
    }

    /// <summary>TorchSharp in float32 on the pair that the repository ships: first logits and 64 greedy tokens of ten prompts.</summary>
    [TestCase("target")]
    [TestCase("draft")]
    public void TheDemoPairGivesTheLogitsAndTokensOfTorch(string name)
    {
        JsonElement[] cases = Cases("demo-pair/golden.json", name);
        using Transformer model = TestModel.Load(TestData.Repository($"tools/demo-pair/{name}"));
        foreach (JsonElement golden in cases)
        {
            int[] prompt = Ints(golden, "prompt_ids");
            int[] tokens = [.. prompt, .. Ints(golden, "greedy_ids")];
            float[][] logits = ChainLogits(model, tokens);

            AssertGreedy(logits, tokens, prompt.Length);
            float[] expected = [.. golden.GetProperty("first_step_logits").EnumerateArray().Select(v => v.GetSingle())];
            Assert.That(logits[prompt.Length - 1], Is.EqualTo(expected).Within(Tolerance));
            float[] tops = [.. golden.GetProperty("step_top_logits").EnumerateArray().Select(v => v.GetSingle())];
            Assert.That(tops.Select((_, i) => logits[prompt.Length - 1 + i].Max()), Is.EqualTo(tops).Within(Tolerance));
        }
    }

    private static JsonElement[] Cases(string file, string property)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(TestData.Shared(file)));
        return [.. document.RootElement.GetProperty(property).EnumerateArray().Select(e => e.Clone())];
    }

    private static int[] Ints(JsonElement element, string property)
        => [.. element.GetProperty(property).EnumerateArray().Select(v => v.GetInt32())];

    private static float[][] ChainLogits(Transformer model, int[] tokens)
    {
        using KvCache cache = model.CreateCache(0);
        var batch = new TokenBatch();
        batch.AddChain(0, tokens);
        return TestModel.Logits(model, batch, cache);
    }

    /// <summary>Each token behind the prompt is the arg-max of the row before it.</summary>
    private static void AssertGreedy(float[][] logits, int[] tokens, int promptLength)
    {
        for (int i = promptLength; i < tokens.Length; i++)
        {
            Assert.That(logits[i - 1], Is.All.Matches<float>(float.IsFinite));
            Assert.That(Array.IndexOf(logits[i - 1], logits[i - 1].Max()), Is.EqualTo(tokens[i]), $"token {i}");
        }
    }
}
