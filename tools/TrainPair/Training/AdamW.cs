using SpecExecNative.TrainPair.Model;
using SpecExecNative.TrainPair.Storage;
using static TorchSharp.torch;

namespace SpecExecNative.TrainPair.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), betas 0.9 and 0.95; matrices decay, norms do not.
/// Our own, because a checkpoint must hold its state and TorchSharp's has no form for that.
/// </summary>
internal sealed class AdamW
{
    private const double FirstBeta = 0.9;
    private const double SecondBeta = 0.95;
    private const double Epsilon = 1e-8;

    private readonly double _weightDecay;
    private readonly List<Slot> _slots;

    public AdamW(LlamaWeights weights, double weightDecay)
    {
        _weightDecay = weightDecay;
        _slots = [.. weights.Tensors.Select(named => new Slot(named.Key, named.Value))];
    }

    /// <summary>Scales all gradients so that their joint norm is at most <paramref name="limit"/>.</summary>
    public void ClipGradients(double limit)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        float norm = stack(_slots.Select(slot => slot.Weight.grad!.norm()).ToArray()).norm().item<float>();
        if (norm <= limit)
        {
            return;
        }

        foreach (Slot slot in _slots)
        {
            slot.Weight.grad!.mul_(limit / (norm + 1e-6));
        }
    }

    /// <summary>Applies the gradients and clears them.</summary>
    /// <param name="step">Number of this update, from 1.</param>
    /// <param name="learningRate">Its learning rate.</param>
    public void Update(int step, double learningRate)
    {
        using var noGradient = no_grad();
        double firstBias = 1 - Math.Pow(FirstBeta, step);
        double secondBias = 1 - Math.Pow(SecondBeta, step);
        foreach (Slot slot in _slots)
        {
            using var scope = NewDisposeScope();
            Tensor gradient = slot.Weight.grad!;
            slot.FirstMoment.mul_(FirstBeta).add_(gradient, 1 - FirstBeta);
            slot.SecondMoment.mul_(SecondBeta).addcmul_(gradient, gradient, 1 - SecondBeta);
            if (slot.Weight.dim() > 1)
            {
                slot.Weight.mul_(1 - (learningRate * _weightDecay));
            }

            Tensor deviation = (slot.SecondMoment / secondBias).sqrt_().add_(Epsilon);
            slot.Weight.addcdiv_(slot.FirstMoment, deviation, -learningRate / firstBias);
            gradient.zero_();
        }
    }

    /// <summary>Weights and both moments, exactly.</summary>
    public IEnumerable<KeyValuePair<string, StoredTensor>> State()
    {
        return _slots.SelectMany(slot => slot.Parts().Select(
            part => KeyValuePair.Create(part.Name, TensorBytes.Store(part.Tensor, TensorBytes.Float32))));
    }

    /// <summary>Overwrites weights and moments with those of a checkpoint.</summary>
    public void Restore(SafetensorsFile checkpoint)
    {
        using var noGradient = no_grad();
        foreach ((string name, Tensor tensor) in _slots.SelectMany(slot => slot.Parts()))
        {
            using Tensor stored = TensorBytes.Load(checkpoint.Tensor(name));
            tensor.copy_(stored);
        }
    }

    private sealed class Slot(string name, Tensor weight)
    {
        public Tensor Weight { get; } = weight;

        public Tensor FirstMoment { get; } = zeros_like(weight).DetachFromDisposeScope();

        public Tensor SecondMoment { get; } = zeros_like(weight).DetachFromDisposeScope();

        public IEnumerable<(string Name, Tensor Tensor)> Parts()
        {
            return [($"weight/{name}", Weight), ($"first_moment/{name}", FirstMoment), ($"second_moment/{name}", SecondMoment)];
        }
    }
}
