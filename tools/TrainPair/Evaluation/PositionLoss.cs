using SpecExecNative.TrainPair.Model;
using SpecExecNative.TrainPair.Training;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SpecExecNative.TrainPair.Evaluation;

/// <summary>Held-out loss by how far into the context a token lies: what a model does beyond its training context.</summary>
internal static class PositionLoss
{
    /// <summary>Positions from one bound up to the next.</summary>
    public static IReadOnlyList<int> Bounds { get; } = [0, 64, 128, 256, 384, 512, 768, 1024];

    /// <returns>Mean loss in nats per token between each two <see cref="Bounds"/>.</returns>
    public static double[] Measure(Llama model, int[] stream)
    {
        using var noGradient = no_grad();
        int context = Bounds[^1];
        double[] sums = new double[Bounds.Count - 1];
        int windows = 0;
        for (int offset = 0; offset + context <= stream.Length; offset += context, windows++)
        {
            using var scope = NewDisposeScope();
            int[][] window = [TokenWindow.Cut(stream, offset, context)];
            Tensor logits = model.Forward(TokenWindow.Inputs(window)).reshape(-1, model.Shape.VocabularySize);
            Tensor losses = F.cross_entropy(logits, TokenWindow.NextIds(window), reduction: TorchSharp.torch.nn.Reduction.None);
            float[] byPosition = TensorBytes.ToArray(losses);
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += byPosition[Bounds[i]..Bounds[i + 1]].Average(loss => (double)loss);
            }
        }

        return Array.ConvertAll(sums, sum => sum / windows);
    }
}
