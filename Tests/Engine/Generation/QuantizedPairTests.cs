using NUnit.Framework;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Tests.Cli;
using SpecExecNative.Tests.Kernels.Cuda.Device;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Engine.Generation;

/// <summary>The demo pair as <c>specexec quantize</c> makes it, on the CPU and on a card.</summary>
[Category("Cuda")]
[NonParallelizable]
internal sealed class QuantizedPairTests
{
    private static readonly int[] Prompt = [0, 17, 300, 45];
    private static readonly SamplingOptions Sampled = new() { Temperature = 0.8, Seed = 5 };
    private static readonly SamplingOptions Greedy = new() { Temperature = 0 };

    private TemporaryDirectory _directory = null!;

    private string Draft => _directory["draft"];

    [OneTimeSetUp]
    public async Task Quantize()
    {
        _directory = new TemporaryDirectory();
        await QuantizeAsync("rtn", ModelCopy.DemoTarget, "--method", "rtn", "-g", "32");
        await QuantizeAsync("gptq", ModelCopy.DemoTarget, "-g", "32");
        await QuantizeAsync("ordered", ModelCopy.DemoTarget, "-g", "128", "--act-order");
        await QuantizeAsync("draft", ModelCopy.DemoDraft, "-g", "64", "--sym");
    }

    [OneTimeTearDown]
    public void DeleteDirectory() => _directory.Dispose();

    [TestCase("rtn")]
    [TestCase("gptq")]
    [TestCase("ordered")]
    public async Task TargetWritesTheSameTokensOnBothAndWithAnyDraft(string name)
    {
        string target = _directory[name];
        CardUnderTest.Pose();
        using (CudaDevice card = CardUnderTest.Open())
        {
            int[] expected = await Generate(TestModel.Device, target, null, Greedy);
            Assert.That(expected, Is.EqualTo(await Generate(TestModel.Device, target, ModelCopy.DemoDraft, Greedy)), "on the CPU with its own draft");
            Assert.That(expected, Is.EqualTo(await Generate(card, target, null, Greedy)), "on the card");
            Assert.That(expected, Is.EqualTo(await Generate(card, target, ModelCopy.DemoDraft, Greedy)), "on the card with its own draft");
            int[] sampled = await Generate(card, target, null, Sampled);
            Assert.That(sampled, Is.EqualTo(await Generate(card, target, Draft, Sampled)), "the same seed with a draft in 4 bits");
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
    }

    [Test]
    public async Task TargetIn16BitsTakesADraftIn4()
    {
        CardUnderTest.Pose();
        using (CudaDevice card = CardUnderTest.Open())
        {
            foreach (ComputeDevice device in (ComputeDevice[])[TestModel.Device, card])
            {
                int[] expected = await Generate(device, ModelCopy.DemoTarget, null, Sampled);
                Assert.That(expected, Is.EqualTo(await Generate(device, ModelCopy.DemoTarget, Draft, Sampled)), device.Name);
            }
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
    }

    [Test]
    public async Task OnTheCpuTheSameSeedGivesTheSameLongTextWithAndWithoutSpeculation([Values("rtn", "gptq", "ordered")] string name, [Values] bool isDraftDense)
    {
        int[] plain = await Generate(TestModel.Device, _directory[name], null, Sampled, 120);
        int[] speculative = await Generate(TestModel.Device, _directory[name], isDraftDense ? ModelCopy.DemoDraft : Draft, Sampled, 120);
        Assert.That(speculative, Is.EqualTo(plain));
    }

    private static async Task<int[]> Generate(ComputeDevice device, string target, string? draft, SamplingOptions sampling, int tokens = 12)
    {
        using Transformer large = TestModel.Load(target, contextLength: 128, device: device);
        using Transformer? small = draft is null ? null : TestModel.Load(draft, contextLength: 128, device: device, rows: RowResults.BatchDependent);
        GenerationRun run = new Generator(large, small, null, null).Start(Prompt, new GenerationOptions
        {
            Method = small is null ? DecodingMethod.None : DecodingMethod.SpecExec,
            MaxTokens = tokens,
            Tree = new TreeOptions { Budget = 8, BatchSize = 4 },
            Sampling = sampling,
        });
        return [.. (await run.CompleteAsync()).SelectMany(step => step.TokenIds)];
    }

    private async Task QuantizeAsync(string name, string model, params string[] options)
    {
        bool isGptq = !options.Contains("rtn");
        string[] calibration = isGptq ? ["--calibration", TestData.Repository("tools/demo-pair/calibration.txt"), "--windows", "24", "--device", "cpu"] : [];
        CliResult result = await CliRun.RunAsync(["quantize", model, "--out", _directory[name], .. options, .. calibration]);
        Assert.That(result.Code, Is.Zero, result.Error);
    }
}
