using SpecExecNative.TrainPair.Model;
using SpecExecNative.TrainPair.Tokenizer;
using SpecExecNative.TrainPair.Training;
using static TorchSharp.torch;

namespace SpecExecNative.TrainPair.Distillation;

/// <summary>Lets the trained target say, for each position of many windows, what it expects next.</summary>
internal sealed class Teacher(Llama target, TeacherSettings settings, int context)
{
    private const int WindowsAtOnce = 8;

    /// <summary>Adjoining windows of the corpus, from its beginning.</summary>
    public List<int[]> CorpusWindows(int[] stream)
    {
        int count = Math.Min(settings.MaxCorpusWindows, stream.Length / context);
        return [.. Enumerable.Range(0, count).Select(window => TokenWindow.Cut(stream, window * context, context))];
    }

    /// <summary>Windows that the target wrote itself, each behind a few tokens from a random place of the corpus.</summary>
    public List<int[]> SampledWindows(int[] stream, CancellationToken cancellation)
    {
        SplitMix64 random = new(settings.Seed);
        NextTokenSampler sampler = new(settings.Temperature, settings.TopP);
        List<int[]> windows = [];
        while (windows.Count < settings.SampledWindows)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(settings.SampledAtOnce, settings.SampledWindows - windows.Count);
            int[][] prompts = [.. Enumerable.Range(0, count).Select(_ => Prompt(stream, random))];
            windows.AddRange(TextGenerator.Continue(target, prompts, context + 1 - settings.PromptTokens, sampler, random));
            Console.Error.WriteLine($"the target wrote {windows.Count} of {settings.SampledWindows} windows");
        }

        return windows;
    }

    /// <summary>The target's most likely next tokens along the windows.</summary>
    public TeacherSet Annotate(List<int[]> windows, CancellationToken cancellation)
    {
        using var noGradient = no_grad();
        List<ushort> topIds = [];
        List<Half> topProbabilities = [];
        double mass = 0;
        foreach (int[][] batch in windows.Chunk(WindowsAtOnce))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            Tensor logProbabilities = target.Forward(TokenWindow.Inputs(batch)).log_softmax(-1);
            (Tensor values, Tensor ids) = logProbabilities.topk(settings.TopCount, -1);
            Tensor probabilities = values.exp();
            mass += probabilities.sum(-1).mean().item<float>() * batch.Length;
            Tensor renormalised = probabilities / probabilities.sum(-1, keepdim: true);
            topIds.AddRange(ids.contiguous().data<long>().ToArray().Select(id => (ushort)id));
            topProbabilities.AddRange(TensorBytes.ToArray(renormalised).Select(probability => (Half)probability));
        }

        Console.Error.WriteLine(
            $"{windows.Count} windows; the top {settings.TopCount} carry {mass / Math.Max(1, windows.Count):F4} of the probability");
        ushort[] tokens = [.. windows.SelectMany(window => window).Select(token => (ushort)token)];
        return new TeacherSet(context, settings.TopCount, tokens, [.. topIds], [.. topProbabilities]);
    }

    private int[] Prompt(int[] stream, SplitMix64 random)
    {
        int offset = random.Below(stream.Length - context);
        return [BpeVocabulary.BeginOfText, .. stream.AsSpan(offset, settings.PromptTokens - 1)];
    }
}
