using SpecExecNative.TrainPair.Model;
using static TorchSharp.torch;

namespace SpecExecNative.TrainPair.Training;

/// <summary>What a model is trained towards, and the windows it is trained on.</summary>
internal abstract class Objective
{
    /// <summary>The windows of one pass over the data, before shuffling; may draw from <paramref name="random"/>.</summary>
    public abstract List<WindowKey> Pass(SplitMix64 random);

    /// <summary>The mean loss per token in nats, a differentiable scalar.</summary>
    public abstract Tensor Loss(Llama model, IReadOnlyList<WindowKey> batch);
}
