using System.Text.Json;
using NUnit.Framework;

namespace SpecExecNative.Tests.Oracles.SelfTests;

/// <summary>The oracle against what others computed: llama2.c on a real model, TorchSharp on the demo pair.</summary>
public sealed class NaiveTransformerTests
{
    // run.c computes in float32; an independent float64 pass was measured 2.9e-5 away from it. Values are given to six decimals.
    private const double RunCTolerance = 1e-4;

    // libtorch, float32 activations: float32 rounding over six layers of width 256, logits up to about 15.
    private const double TorchTolerance = 5e-4;

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void AgreesWithLlama2COnEveryGreedyTokenAndCheckedLogit(int caseIndex)
    {
        string directory = TestData.Shared("models/stories260K");
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(directory, "golden.json")));
        JsonElement expected = golden.RootElement.GetProperty("cases")[caseIndex];
        int[] prompt = Integers(expected.GetProperty("prompt_ids"));
        int[] generated = Integers(expected.GetProperty("generated_ids"));
        double[][] logits = NaiveTransformer.Load(directory).Logits([.. prompt, .. generated]);

        // The golden continuation is greedy iff each of its tokens is the argmax after those before it.
        IEnumerable<int> greedy = logits.Skip(prompt.Length - 1).Take(generated.Length).Select(NaiveTransformer.Argmax);
        Assert.That(greedy, Is.EqualTo(generated));
        Assert.That(expected.GetProperty("logit_checks").GetArrayLength(), Is.GreaterThan(0));
        foreach (JsonElement check in expected.GetProperty("logit_checks").EnumerateArray())
        {
            double[] row = logits[check.GetProperty("pos").GetInt32()];
            Assert.That(row.Take(8), Is.EqualTo(Doubles(check.GetProperty("first8"))).Within(RunCTolerance));
            Assert.That(row.Sum(), Is.EqualTo(check.GetProperty("sum").GetDouble()).Within(512 * RunCTolerance));
            Assert.That(Math.Sqrt(row.Sum(x => x * x)), Is.EqualTo(check.GetProperty("l2").GetDouble()).Within(RunCTolerance * 25));
        }
    }

    [TestCase("target", 0)]
    [TestCase("target", 6)]
    [TestCase("draft", 1)]
    [TestCase("draft", 9)]
    public void AgreesWithTorchOnTheDemoPair(string model, int caseIndex)
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(TestData.Shared("demo-pair/golden.json")));
        JsonElement expected = golden.RootElement.GetProperty(model)[caseIndex];
        int[] prompt = Integers(expected.GetProperty("prompt_ids"));
        int[] generated = Integers(expected.GetProperty("greedy_ids"));
        double[][] logits = NaiveTransformer.Load(TestData.Shared($"demo-pair/{model}")).Logits([.. prompt, .. generated]);

        Assert.That(logits[prompt.Length - 1], Is.EqualTo(Doubles(expected.GetProperty("first_step_logits"))).Within(TorchTolerance));
        double[][] steps = logits[(prompt.Length - 1)..^1];
        Assert.That(steps.Select(NaiveTransformer.Argmax), Is.EqualTo(generated));
        Assert.That(steps.Select(row => row.Max()), Is.EqualTo(Doubles(expected.GetProperty("step_top_logits"))).Within(TorchTolerance));
    }

    [Test]
    public void TreeLogitsAreThoseOfTheChainsThatTheTreeIsMadeOf()
    {
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(CheckpointSpec.Variant("MistralWindow"));
        NaiveTransformer model = NaiveTransformer.Load(checkpoint.Path);

        // 5 ─┬─ 7 ── 9
        //    └─ 8        and a second child of the prefix, 6.
        double[][] tree = model.TreeLogits([1, 3], tokens: [5, 7, 8, 9, 6], parents: [-1, 0, 0, 1, -1]);

        double[][] chain = model.Logits([1, 3, 5, 7, 9]);
        Assert.That(tree[0], Is.EqualTo(chain[2]));
        Assert.That(tree[1], Is.EqualTo(chain[3]));
        Assert.That(tree[3], Is.EqualTo(chain[4]));
        Assert.That(tree[2], Is.EqualTo(model.NextLogits([1, 3, 5, 8])));
        Assert.That(tree[4], Is.EqualTo(model.NextLogits([1, 3, 6])));
    }

    private static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetInt32())];

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetDouble())];
}
