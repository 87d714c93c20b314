using NUnit.Framework;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Tests.CudaEmulator.Driver;
using SpecExecNative.Tests.Kernels.Cuda.Device;

namespace SpecExecNative.Tests.Engine.Generation;

/// <summary>Whole models on a card.</summary>
[Category("Cuda")]
[NonParallelizable]
internal sealed class CudaGenerationTests
{
    private static readonly TreeOptions SmallTrees = new() { Budget = 8, BatchSize = 4 };

    [TestCase("stories260K-f16", DType.F16)]
    [TestCase("stories260K-bf16", DType.BF16)]
    public async Task Stories260KGivesTheCpusTokens(string model, DType element)
    {
        string folder = TestData.Shared($"models/{model}");
        int[] prompt = [1, 403, 407, 261, 378]; // "Once upon a time"
        CardUnderTest.Pose();
        using (CudaDevice card = CardUnderTest.Open(element))
        {
            int[] expected = await Generate(TestModel.Device, folder, null, prompt, Greedy(24));
            Assert.That(await Generate(card, folder, null, prompt, Greedy(24)), Is.EqualTo(expected));
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
    }

    /// <summary>The kernels of the other generation, and code for the latest card that this NVRTC knows.</summary>
    [TestCase("7.5")]
    [TestCase("9.0")]
    public async Task CardsOfOtherGenerationsGiveTheCpusTokens(string computeCapability)
    {
        CardUnderTest.RequireEmulator();
        string folder = TestData.Shared("models/stories260K-f16");
        int[] prompt = [1, 403, 407, 261, 378];
        CardUnderTest.Pose($"computeCapability={computeCapability}");
        using (CudaDevice card = CardUnderTest.Open())
        {
            int[] expected = await Generate(TestModel.Device, folder, null, prompt, Greedy(6));
            Assert.That(await Generate(card, folder, folder, prompt, Greedy(6)), Is.EqualTo(expected));
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
    }

    /// <summary>Small trees: steps of one shape come back, are captured, and are replayed as graphs.</summary>
    [TestCase(DType.F16)]
    [TestCase(DType.BF16)]
    public async Task TheDemoPairGivesTheSameTextWithAndWithoutSpeculation(DType element)
    {
        string target = TestData.Repository("tools/demo-pair/target");
        string draft = TestData.Repository("tools/demo-pair/draft");
        int[] prompt = [2, 17, 300, 45];
        CardUnderTest.Pose("schedule=random;seed=7");
        using (CudaDevice card = CardUnderTest.Open(element))
        {
            GenerationOptions sampled = Greedy(16) with { Sampling = new SamplingOptions { Temperature = 0.8, Seed = 11 } };
            int[] plain = await Generate(card, target, null, prompt, sampled);
            Assert.That(await Generate(card, target, draft, prompt, sampled), Is.EqualTo(plain), "the same seed");
            int[] expected = await Generate(TestModel.Device, target, null, prompt, Greedy(16));
            Assert.That(await Generate(card, target, draft, prompt, Greedy(16)), Is.EqualTo(expected), "the CPU's tokens");
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
        if (!CardUnderTest.IsCard)
        {
            Assert.That(EmulatorLibrary.Report().GetProperty("calls").GetProperty("cuGraphLaunch").GetInt64(), Is.Positive, "captured steps");
        }
    }

    /// <summary>
    /// A target in 4 bits gives the text of its weights widened, with and without speculation, and with a draft in 4 bits, too.
    /// Inputs in the order of their groups (act-order) change the order of sums, not the text.
    /// </summary>
    [TestCase(32, false)]
    [TestCase(32, true)]
    [TestCase(24, false, Description = "groups that the kernels do not know: widened on the card")]
    public async Task APairInFourBitsGivesTheTextOfItsWeightsWidened(int groupSize, bool actOrder)
    {
        using var target = new RoundedModel(TestData.Repository("tools/demo-pair/target"), groupSize, actOrder);
        using var draft = new RoundedModel(TestData.Repository("tools/demo-pair/draft"), 32, actOrder);
        int[] prompt = [2, 17, 300, 45];
        CardUnderTest.Pose();
        using (CudaDevice card = CardUnderTest.Open())
        {
            int[] expected = await Generate(TestModel.Device, target.Widened, null, prompt, Greedy(12));
            Assert.That(await Generate(TestModel.Device, target.Int4, draft.Int4, prompt, Greedy(12)), Is.EqualTo(expected), "on the CPU");
            Assert.That(await Generate(card, target.Int4, null, prompt, Greedy(12)), Is.EqualTo(expected), "alone");
            Assert.That(await Generate(card, target.Int4, draft.Int4, prompt, Greedy(12)), Is.EqualTo(expected), "with a draft in 4 bits");
            Assert.That(await Generate(card, target.Int4, TestData.Repository("tools/demo-pair/draft"), prompt, Greedy(12)), Is.EqualTo(expected), "with its own draft");
            GenerationOptions sampled = Greedy(12) with { Sampling = new SamplingOptions { Temperature = 0.8, Seed = 11 } };
            int[] plain = await Generate(card, target.Int4, null, prompt, sampled);
            Assert.That(await Generate(card, target.Int4, draft.Int4, prompt, sampled), Is.EqualTo(plain), "the same seed");
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
    }

    private static GenerationOptions Greedy(int tokens) => new() { MaxTokens = tokens, Tree = SmallTrees, Sampling = new SamplingOptions { Temperature = 0 } };

    private static async Task<int[]> Generate(ComputeDevice device, string target, string? draft, int[] prompt, GenerationOptions options)
    {
        using Transformer large = TestModel.Load(target, contextLength: 64, device: device);
        using Transformer? small = draft is null ? null : TestModel.Load(draft, contextLength: 64, device: device, rows: RowResults.BatchDependent);
        GenerationOptions suited = small is null ? options with { Method = DecodingMethod.None } : options;
        GenerationRun run = new Generator(large, small, null, null).Start(prompt, suited);
        IReadOnlyList<GenerationStep> steps = await run.CompleteAsync();
        return [.. steps.SelectMany(step => step.TokenIds)];
    }
}
