using SpecExecNative.TrainPair.Model;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SpecExecNative.TrainPair.Training;

/// <summary>
/// Cross-entropy of the next token of the corpus. Each pass cuts the stream into windows at a fresh random phase,
/// so that no two passes show the same windows.
/// </summary>
internal sealed class NextTokenObjective(int[] stream, int context) : Objective
{
    public override List<WindowKey> Pass(SplitMix64 random)
    {
        List<WindowKey> windows = [];
        for (int offset = random.Below(context); offset + context <= stream.Length; offset += context)
        {
            windows.Add(new WindowKey(Set: 0, offset));
        }

        return windows;
    }

    public override Tensor Loss(Llama model, IReadOnlyList<WindowKey> batch)
    {
        List<int[]> windows = [.. batch.Select(key => TokenWindow.Cut(stream, key.Index, context))];
        Tensor logits = model.Forward(TokenWindow.Inputs(windows)).reshape(-1, model.Shape.VocabularySize);
        return F.cross_entropy(logits, TokenWindow.NextIds(windows));
    }
}
