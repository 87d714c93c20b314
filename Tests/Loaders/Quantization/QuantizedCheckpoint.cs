using SpecExecNative.Loaders.Safetensors;
using SpecExecNative.Tests.Loaders.HuggingFace;

namespace SpecExecNative.Tests.Loaders.Quantization;

/// <summary>A whole tiny model with 4-bit layers and a dense head, to be bent before it is written.</summary>
public sealed class QuantizedCheckpoint
{
    private const int Hidden = 16;
    private const int Intermediate = 24;
    private const int Vocabulary = 16;

    private static readonly Dictionary<string, (int Rows, int Columns)> Modules = new()
    {
        ["self_attn.q_proj"] = (Hidden, Hidden),
        ["self_attn.k_proj"] = (Hidden, Hidden),
        ["self_attn.v_proj"] = (Hidden, Hidden),
        ["self_attn.o_proj"] = (Hidden, Hidden),
        ["mlp.gate_proj"] = (Intermediate, Hidden),
        ["mlp.up_proj"] = (Intermediate, Hidden),
        ["mlp.down_proj"] = (Hidden, Intermediate),
    };

    /// <param name="format"><c>gptq</c>, <c>awq</c> or <c>compressed</c>; asymmetric, groups of 8.</param>
    public QuantizedCheckpoint(string format)
    {
        Quantization = format switch
        {
            "gptq" => QuantizationConfigs.Gptq.With("group_size", "8").With("sym", "false").With("desc_act", "true"),
            "awq" => QuantizationConfigs.Awq.With("group_size", "8"),
            _ => QuantizationConfigs.Compressed.With("ignore", """["lm_head"]""")
                .With("config_groups.group_0.weights.group_size", "8").With("config_groups.group_0.weights.symmetric", "false")
                .With("config_groups.group_0.weights.actorder", "\"group\""),
        };
        foreach ((string name, (int rows, int columns)) in Enumerable.Range(0, 2).SelectMany(l => Modules.Select(m => ($"model.layers.{l}.{m.Key}", m.Value))))
        {
            LogicalMatrix matrix = LogicalMatrix.Random(name.Sum(c => c), rows, columns, 8, actOrder: format != "awq");
            Matrices[name] = matrix;
            foreach ((string part, StoredTensor tensor) in format switch
            {
                "gptq" => Packing.Gptq(matrix, 1),
                "awq" => Packing.Awq(matrix),
                _ => Packing.Compressed(matrix),
            })
            {
                Tensors[$"{name}.{part}"] = tensor;
            }
        }

        Tensors["model.embed_tokens.weight"] = StoredTensor.Of(TensorType.F16, Vocabulary, Hidden);
        Tensors["lm_head.weight"] = StoredTensor.Of(TensorType.F16, Vocabulary, Hidden);
        foreach (string norm in (string[])["model.norm", .. Enumerable.Range(0, 2).SelectMany(l => new[] { $"model.layers.{l}.input_layernorm", $"model.layers.{l}.post_attention_layernorm" })])
        {
            Tensors[$"{norm}.weight"] = StoredTensor.Of(TensorType.F16, Hidden);
        }
    }

    /// <summary>By module.</summary>
    public Dictionary<string, LogicalMatrix> Matrices { get; } = [];

    /// <summary>By name.</summary>
    public Dictionary<string, StoredTensor> Tensors { get; } = [];

    /// <summary>Null: config.json has none.</summary>
    public string? Quantization { get; set; }

    /// <summary>A dense matrix in the place of a 4-bit one.</summary>
    public void MakeDense(string module)
    {
        foreach (string part in Tensors.Keys.Where(n => n.StartsWith(module + ".", StringComparison.Ordinal)).ToArray())
        {
            Tensors.Remove(part);
        }

        Tensors[$"{module}.weight"] = StoredTensor.Of(TensorType.F16, Matrices[module].Rows, Matrices[module].Columns);
    }

    public void Write(TemporaryDirectory directory)
    {
        string config = $$"""
            {"model_type":"llama","vocab_size":{{Vocabulary}},"hidden_size":{{Hidden}},"intermediate_size":{{Intermediate}},"num_hidden_layers":2,"num_attention_heads":2}
            """;
        File.WriteAllText(directory["config.json"], config.With("quantization_config", Quantization));
        var writer = new SafetensorsWriter();
        foreach ((string name, StoredTensor tensor) in Tensors)
        {
            writer.Add(name, tensor.Type, tensor.Shape, tensor.Bytes);
        }

        writer.Save(directory["model.safetensors"]);
    }
}
