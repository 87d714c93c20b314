using SpecExecNative.TrainPair.Distillation;
using SpecExecNative.TrainPair.Model;
using SpecExecNative.TrainPair.Training;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SpecExecNative.TrainPair.Evaluation;

/// <summary>
/// A greedy continuation in which every step computes the whole sequence anew: no cache, nothing to get wrong.
/// An end-of-text token does not stop it.
/// </summary>
internal sealed class GreedyRun
{
    private GreedyRun(int promptLength)
    {
        PromptLength = promptLength;
    }

    public int PromptLength { get; }

    /// <summary>Prompt and continuation.</summary>
    public List<int> Ids { get; } = [];

    /// <summary>Logits of the first continued token.</summary>
    public float[] FirstLogits { get; private set; } = [];

    /// <summary>The largest logit of each step.</summary>
    public List<float> TopLogits { get; } = [];

    /// <summary>How far each step's largest logit lies above the second: where it is small, lower precision may choose otherwise.</summary>
    public List<float> Gaps { get; } = [];

    /// <summary>Mean loss over the prompt's own tokens, in nats; 0 for a prompt of one token.</summary>
    public float PromptLoss { get; private set; }

    public static GreedyRun Of(Llama model, IReadOnlyList<int> prompt, int steps)
    {
        using var noGradient = no_grad();
        GreedyRun run = new(prompt.Count);
        run.Ids.AddRange(prompt);
        for (int step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            Tensor logits = model.Forward(TokenWindow.Ids(run.Ids, 1)).reshape(-1, model.Shape.VocabularySize);
            if (step == 0 && prompt.Count > 1)
            {
                Tensor next = TokenWindow.Ids(prompt.Skip(1), 1).reshape(-1);
                run.PromptLoss = F.cross_entropy(logits.narrow(0, 0, prompt.Count - 1), next).item<float>();
            }

            run.Append(TensorBytes.ToArray(logits.narrow(0, run.Ids.Count - 1, 1)));
        }

        return run;
    }

    private void Append(float[] logits)
    {
        if (Ids.Count == PromptLength)
        {
            FirstLogits = logits;
        }

        int best = NextTokenSampler.ArgMax(logits);
        float second = float.NegativeInfinity;
        for (int token = 0; token < logits.Length; token++)
        {
            second = token == best ? second : MathF.Max(second, logits[token]);
        }

        Ids.Add(best);
        TopLogits.Add(logits[best]);
        Gaps.Add(logits[best] - second);
    }
}
