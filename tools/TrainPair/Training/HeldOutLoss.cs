using SpecExecNative.TrainPair.Model;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SpecExecNative.TrainPair.Training;

/// <summary>Cross-entropy of the next token on text that was not trained on.</summary>
internal static class HeldOutLoss
{
    private const int WindowsAtOnce = 8;

    /// <summary>Mean loss in nats per token over adjoining windows of the stream; a last incomplete batch is left out.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stream">Held-out token ids.</param>
    /// <param name="context">Inputs a window.</param>
    /// <param name="maxTokens">At most so many tokens from the beginning of the stream.</param>
    public static double Measure(Llama model, int[] stream, int context, int maxTokens = int.MaxValue)
    {
        using var noGradient = no_grad();
        int batchTokens = WindowsAtOnce * context;
        List<double> losses = [];
        for (int offset = 0; offset + batchTokens <= Math.Min(stream.Length, maxTokens); offset += batchTokens)
        {
            using var scope = NewDisposeScope();
            List<int[]> windows = [.. Enumerable.Range(0, WindowsAtOnce)
                .Select(window => TokenWindow.Cut(stream, offset + (window * context), context))];
            Tensor logits = model.Forward(TokenWindow.Inputs(windows)).reshape(-1, model.Shape.VocabularySize);
            losses.Add(F.cross_entropy(logits, TokenWindow.NextIds(windows)).item<float>());
        }

        return losses.Average();
    }
}
