using NUnit.Framework;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Tests.Kernels;
using SpecExecNative.Tests.Oracles;

namespace SpecExecNative.Tests.Engine.Generation;

/// <summary>The engine on a device whose queues work as late as they may: what a GPU will be to it.</summary>
public sealed class AsynchronousDeviceTests
{
    private static readonly GenerationOptions Options = new()
    {
        MaxTokens = 40,
        IgnoreEndOfText = true,
        Sampling = new SamplingOptions { Temperature = 0.8, Seed = 5 },
        Tree = new TreeOptions { Budget = 24, BatchSize = 4, MaxDepth = 8 },
    };

    [TestCase("Llama2")]
    [TestCase("MistralWindow")]
    [TestCase("Qwen2")]
    [TestCase("Qwen3")]
    public async Task ALateDeviceWritesTheSameText(string variant)
    {
        CheckpointSpec spec = CheckpointSpec.Variant(variant);
        using ModelPair prompt = ModelPair.Random(spec);
        using ModelPair late = ModelPair.Random(spec, device: new DeferredDevice(TestModel.Device));
        foreach (DecodingMethod method in Enum.GetValues<DecodingMethod>())
        {
            GenerationOptions options = Options with { Method = method };
            IReadOnlyList<int> expected = (await prompt.Generate([3, 1, 4, 1, 5], options)).Tokens;

            Assert.That((await late.Generate([3, 1, 4, 1, 5], options)).Tokens, Is.EqualTo(expected));
        }

        Assert.That(DeferredQueue.LongestBacklog, Is.GreaterThan(10), "work must have waited for this to mean anything");
    }

    /// <summary>
    /// Cancelled at any op (in prefill, between the layers of a pass, in a draft step, in the walk), a text leaves no queued
    /// work behind that uses freed memory, and the next one is whole.
    /// </summary>
    [Test]
    public async Task ACancelledTextLeavesNothingBehind()
    {
        CheckpointSpec spec = CheckpointSpec.Variant("Llama2");
        var device = new DeferredDevice(TestModel.Device);
        using ModelPair late = ModelPair.Random(spec, device: device);
        int ops = 0;
        device.Asked = () => ops++;
        IReadOnlyList<int> expected = (await late.Generate([3, 1, 4], Options)).Tokens;
        int opsOfAText = ops;

        for (int cancelAt = 1; cancelAt < opsOfAText - 40; cancelAt += 1 + (cancelAt / 12))
        {
            using var source = new CancellationTokenSource();
            ops = 0;
            device.Asked = () =>
            {
                if (++ops == cancelAt)
                {
                    source.Cancel();
                }
            };
            GenerationRun run = late.Generator.Start([3, 1, 4], Options);

            Assert.That(() => run.CompleteAsync(source.Token), Throws.InstanceOf<OperationCanceledException>(), $"at op {cancelAt}");

            device.Asked = null;
            Assert.That((await late.Generate([3, 1, 4], Options)).Tokens, Is.EqualTo(expected), $"after op {cancelAt}");
        }
    }
}
