using static TorchSharp.torch;

namespace SpecExecNative.TrainPair.Model;

/// <summary>Keys and values of past tokens, per layer [batch, kvHeads, capacity, headDim].</summary>
internal sealed class KvCache : IDisposable
{
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;

    public KvCache(LlamaShape shape, int batch, int capacity)
    {
        _keys = Allocate();
        _values = Allocate();

        Tensor[] Allocate()
        {
            return [.. Enumerable.Range(0, shape.Layers)
                .Select(_ => zeros(batch, shape.KvHeads, capacity, shape.HeadDim).DetachFromDisposeScope())];
        }
    }

    /// <summary>Slots in use. Setting it back forgets what lies behind.</summary>
    public int Length { get; set; }

    /// <summary>Writes one layer's new keys and values behind the present length and returns all of them up to there.</summary>
    public (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values)
    {
        long added = keys.shape[2];
        _keys[layer].narrow(2, Length, added).copy_(keys);
        _values[layer].narrow(2, Length, added).copy_(values);
        return (_keys[layer].narrow(2, 0, Length + added), _values[layer].narrow(2, 0, Length + added));
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _keys.Concat(_values))
        {
            tensor.Dispose();
        }
    }
}
