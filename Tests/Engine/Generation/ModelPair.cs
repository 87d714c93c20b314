using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Loaders.Tokenization;
using SpecExecNative.Tests.Oracles;

namespace SpecExecNative.Tests.Engine.Generation;

/// <summary>A target and a draft that often agrees with it, ready to generate.</summary>
internal sealed class ModelPair : IDisposable
{
    private readonly List<IDisposable> _owned;

    private ModelPair(Transformer target, Transformer draft, ModelTokenizer? tokenizer, params IDisposable[] owned)
    {
        Target = target;
        Draft = draft;
        Generator = new Generator(target, draft, tokenizer, tokenizer);
        _owned = [target, draft, .. owned];
    }

    public Transformer Target { get; }

    public Transformer Draft { get; }

    public Generator Generator { get; }

    /// <summary>Random weights of an architecture; the draft is the target's first layer with some noise.</summary>
    public static ModelPair Random(CheckpointSpec spec, int? contextLength = null, ComputeDevice? device = null)
    {
        RandomCheckpoint target = RandomCheckpoint.Create(spec);
        RandomCheckpoint draft = target.RelatedDraft(0.1, layers: 1);
        return new ModelPair(
            TestModel.Load(target.Path, contextLength, device: device), TestModel.Load(draft.Path, contextLength, device: device), null, target, draft);
    }

    /// <summary>The pair that the repository ships.</summary>
    public static ModelPair Demo(int? contextLength = 256)
    {
        string folder = TestData.Repository("tools/demo-pair");
        return new ModelPair(
            TestModel.Load(Path.Combine(folder, "target"), contextLength),
            TestModel.Load(Path.Combine(folder, "draft"), contextLength),
            TokenizerLoader.Load(Path.Combine(folder, "target")));
    }

    /// <summary>Generates to the end.</summary>
    public async Task<GenerationResult> Generate(IReadOnlyList<int> prompt, GenerationOptions options)
    {
        GenerationRun run = Generator.Start(prompt, options);
        IReadOnlyList<GenerationStep> steps = await run.CompleteAsync();
        return new GenerationResult(
            [.. steps.SelectMany(s => s.TokenIds)], string.Concat(steps.Select(s => s.Text)), run.Finish, run.Statistics, steps);
    }

    public void Dispose() => _owned.ForEach(o => o.Dispose());
}
