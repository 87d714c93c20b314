using SpecExecNative.TrainPair.Storage;
using static TorchSharp.torch;

namespace SpecExecNative.TrainPair.Model;

/// <summary>The parameters of a Llama, float32, by their Hugging Face names. The output layer is the embedding (tied).</summary>
internal sealed class LlamaWeights
{
    public const double InitialDeviation = 0.02;
    public const string Embedding = "model.embed_tokens.weight";
    public const string FinalNorm = "model.norm.weight";

    private const string FileName = "model.safetensors";

    private readonly SortedDictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);

    private LlamaWeights(LlamaShape shape)
    {
        Shape = shape;
    }

    public LlamaShape Shape { get; }

    /// <summary>In ordinal order of names, which is the order of the file.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _tensors;

    public long ParameterCount => _tensors.Values.Sum(tensor => tensor.numel());

    public Tensor this[string name] => _tensors[name];

    public static string LayerPrefix(int layer)
    {
        return $"model.layers.{layer}.";
    }

    /// <summary>
    /// Fresh trainable weights: normal with deviation 0.02, and 0.02 / sqrt(2 layers) for the two matrices of a block
    /// that add to the residual stream (GPT-2's rule); norms one.
    /// </summary>
    public static LlamaWeights Initialize(LlamaShape shape, long seed)
    {
        manual_seed(seed).Dispose();
        LlamaWeights weights = new(shape);
        int queryWidth = shape.QueryHeads * shape.HeadDim;
        int kvWidth = shape.KvHeads * shape.HeadDim;
        double residualDeviation = InitialDeviation / Math.Sqrt(2 * shape.Layers);
        // The order of these draws is part of the recipe: the same seed must give the same weights.
        weights.AddNormal(Embedding, InitialDeviation, shape.VocabularySize, shape.HiddenSize);
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            string prefix = LayerPrefix(layer);
            weights.AddNormal(prefix + "self_attn.q_proj.weight", InitialDeviation, queryWidth, shape.HiddenSize);
            weights.AddNormal(prefix + "self_attn.k_proj.weight", InitialDeviation, kvWidth, shape.HiddenSize);
            weights.AddNormal(prefix + "self_attn.v_proj.weight", InitialDeviation, kvWidth, shape.HiddenSize);
            weights.AddNormal(prefix + "self_attn.o_proj.weight", residualDeviation, shape.HiddenSize, queryWidth);
            weights.AddNormal(prefix + "mlp.gate_proj.weight", InitialDeviation, shape.IntermediateSize, shape.HiddenSize);
            weights.AddNormal(prefix + "mlp.up_proj.weight", InitialDeviation, shape.IntermediateSize, shape.HiddenSize);
            weights.AddNormal(prefix + "mlp.down_proj.weight", residualDeviation, shape.HiddenSize, shape.IntermediateSize);
            weights.AddOnes(prefix + "input_layernorm.weight", shape.HiddenSize);
            weights.AddOnes(prefix + "post_attention_layernorm.weight", shape.HiddenSize);
        }

        weights.AddOnes(FinalNorm, shape.HiddenSize);
        foreach (Tensor tensor in weights._tensors.Values)
        {
            tensor.requires_grad_(true);
        }

        return weights;
    }

    /// <summary>Reads a model folder, for inference.</summary>
    /// <exception cref="StoredTensorsException">The weights file is damaged or lacks a tensor.</exception>
    public static LlamaWeights Load(string directory)
    {
        LlamaWeights weights = Initialize(ConfigFile.Read(directory), seed: 0);
        SafetensorsFile file = SafetensorsFile.Read(Path.Combine(directory, FileName));
        foreach (string name in weights._tensors.Keys.ToArray())
        {
            weights._tensors[name].Dispose();
            weights._tensors[name] = TensorBytes.Load(file.Tensor(name));
        }

        return weights;
    }

    /// <summary>Writes config and weights, the weights rounded to float16, each file atomically.</summary>
    public void Save(string directory)
    {
        ConfigFile.Write(directory, Shape);
        SafetensorsFile.Write(
            Path.Combine(directory, FileName),
            [.. _tensors.Select(named => KeyValuePair.Create(named.Key, TensorBytes.Store(named.Value, TensorBytes.Float16)))],
            new Dictionary<string, string> { ["format"] = "pt" });
    }

    private void AddNormal(string name, double deviation, long rows, long columns)
    {
        using Tensor unit = randn(rows, columns);
        _tensors.Add(name, (unit * deviation).DetachFromDisposeScope());
    }

    private void AddOnes(string name, long size)
    {
        _tensors.Add(name, ones(size).DetachFromDisposeScope());
    }
}
