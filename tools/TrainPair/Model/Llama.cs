using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SpecExecNative.TrainPair.Model;

/// <summary>The forward pass of Llama (Touvron et al. 2023): pre-norm blocks of grouped-query attention and SwiGLU.</summary>
/// <remarks>
/// Scalars are fields and additions go through <c>add(tensor, scalar)</c> because TorchSharp 0.107 does not keep
/// temporary Scalar objects (which <c>a + b</c> makes) alive across the native call: a garbage collection in the middle
/// of the call frees them under its hands. The project file switches concurrent collection off for the same reason,
/// and the trainer uses one managed thread.
/// </remarks>
internal sealed class Llama
{
    private static readonly Scalar One = 1.0;
    private static readonly Scalar Epsilon = LlamaShape.RmsNormEpsilon;
    private static readonly long[] LastDimension = [-1];

    private readonly LlamaWeights _weights;
    private readonly LlamaShape _shape;
    private readonly RotaryTables _rotary;
    private readonly Precision _precision;

    /// <param name="weights">The parameters; they are used in place, so training them changes the model.</param>
    /// <param name="precision">The dtype of the matrix products.</param>
    public Llama(LlamaWeights weights, Precision precision)
    {
        // Longer than the config promises, so that the evaluator can ask what happens beyond it.
        const int rotaryPositions = 1024;
        _weights = weights;
        _shape = weights.Shape;
        _precision = precision;
        _rotary = new RotaryTables(Math.Max(rotaryPositions, _shape.MaxPositions), _shape.HeadDim);
    }

    public LlamaShape Shape => _shape;

    public LlamaWeights Weights => _weights;

    public static Llama Load(string directory, Precision precision = Precision.Float32)
    {
        return new Llama(LlamaWeights.Load(directory), precision);
    }

    /// <summary>Causal logits [batch, tokens, vocabulary] of ids [batch, tokens] that begin at position 0.</summary>
    public Tensor Forward(Tensor ids)
    {
        Tensor positions = arange(ids.shape[1], dtype: ScalarType.Int64);
        return Output(Blocks(ids, positions, cache: null, mask: null));
    }

    /// <summary>Logits of ids [batch, tokens] that are appended to a cache.</summary>
    /// <param name="ids">Token ids, int64.</param>
    /// <param name="positions">Their rotary positions [tokens], int64.</param>
    /// <param name="cache">Receives their keys and values.</param>
    /// <param name="mask">Added to the scores, [tokens, cached + tokens]; null: causal, and then only into an empty cache or for one token.</param>
    /// <param name="lastOnly">Whether only the last token's logits are wanted.</param>
    public Tensor Forward(Tensor ids, Tensor positions, KvCache cache, Tensor? mask, bool lastOnly)
    {
        long tokens = ids.shape[1];
        if (mask is null && tokens > 1 && cache.Length > 0)
        {
            throw new ArgumentException("several tokens behind a filled cache need a mask", nameof(mask));
        }

        Tensor hidden = Blocks(ids, positions, cache, mask);
        cache.Length += (int)tokens;
        return Output(lastOnly ? hidden.narrow(1, tokens - 1, 1) : hidden);
    }

    private Tensor Blocks(Tensor ids, Tensor positions, KvCache? cache, Tensor? mask)
    {
        (long batch, long tokens) = (ids.shape[0], ids.shape[1]);
        Tensor hidden = _weights[LlamaWeights.Embedding]
            .index_select(0, ids.reshape(-1))
            .reshape(batch, tokens, _shape.HiddenSize);
        (Tensor, Tensor) rotation = _rotary.At(positions);
        for (int layer = 0; layer < _shape.Layers; layer++)
        {
            string prefix = LlamaWeights.LayerPrefix(layer);
            Tensor normed = Norm(hidden, prefix + "input_layernorm.weight");
            hidden = hidden.add(Attention(normed, layer, rotation, cache, mask), One);
            normed = Norm(hidden, prefix + "post_attention_layernorm.weight");
            hidden = hidden.add(GatedMlp(normed, prefix + "mlp."), One);
        }

        return hidden;
    }

    private Tensor Output(Tensor hidden)
    {
        return Linear(Norm(hidden, LlamaWeights.FinalNorm), LlamaWeights.Embedding);
    }

    private Tensor Attention(Tensor normed, int layer, (Tensor, Tensor) rotation, KvCache? cache, Tensor? mask)
    {
        (long batch, long tokens) = (normed.shape[0], normed.shape[1]);
        string prefix = LlamaWeights.LayerPrefix(layer) + "self_attn.";
        Tensor queries = RotaryTables.Rotate(Heads(normed, prefix + "q_proj.weight", _shape.QueryHeads), rotation);
        Tensor keys = RotaryTables.Rotate(Heads(normed, prefix + "k_proj.weight", _shape.KvHeads), rotation);
        Tensor values = Heads(normed, prefix + "v_proj.weight", _shape.KvHeads);
        if (cache is not null)
        {
            (keys, values) = cache.Append(layer, keys, values);
        }

        bool causal = mask is null && tokens > 1;
        Tensor mixed = F.scaled_dot_product_attention(queries, PerQueryHead(keys), PerQueryHead(values), mask!, 0.0, causal);
        return Linear(mixed.transpose(1, 2).reshape(batch, tokens, _shape.QueryHeads * _shape.HeadDim), prefix + "o_proj.weight");
    }

    private Tensor GatedMlp(Tensor normed, string prefix)
    {
        Tensor gate = F.silu(Linear(normed, prefix + "gate_proj.weight"));
        return Linear(gate * Linear(normed, prefix + "up_proj.weight"), prefix + "down_proj.weight");
    }

    /// <summary>Projects [batch, tokens, hidden] and parts it into [batch, heads, tokens, headDim].</summary>
    private Tensor Heads(Tensor normed, string weight, int heads)
    {
        return Linear(normed, weight).reshape(normed.shape[0], normed.shape[1], heads, _shape.HeadDim).transpose(1, 2);
    }

    /// <summary>Repeats each key/value head for the query heads that it serves.</summary>
    private Tensor PerQueryHead(Tensor heads)
    {
        int group = _shape.QueryHeads / _shape.KvHeads;
        if (group == 1)
        {
            return heads;
        }

        long[] s = heads.shape;
        return heads.unsqueeze(2).expand(s[0], s[1], group, s[2], s[3]).reshape(s[0], s[1] * group, s[2], s[3]);
    }

    /// <summary>Root mean square norm (Zhang and Sennrich 2019): x / sqrt(mean(x^2) + epsilon) * weight.</summary>
    private Tensor Norm(Tensor x, string weight)
    {
        return x * (x * x).mean(LastDimension, keepdim: true).add(Epsilon, One).rsqrt() * _weights[weight];
    }

    private Tensor Linear(Tensor x, string weight)
    {
        return _precision == Precision.BFloat16
            ? F.linear(x.to(ScalarType.BFloat16), _weights[weight].to(ScalarType.BFloat16)).to(ScalarType.Float32)
            : F.linear(x, _weights[weight]);
    }
}
