using System.Text.Json.Nodes;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Safetensors;
using SpecExecNative.Tests.Loaders;
using SpecExecNative.Tests.Loaders.Quantization;

namespace SpecExecNative.Tests.Engine.Generation;

/// <summary>A dense model with the weights of its layers rounded to 4 bits, written twice: as GPTQ stores it, and widened to binary16.</summary>
internal sealed class RoundedModel : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    /// <param name="model">A dense checkpoint's directory.</param>
    /// <param name="groupSize">Inputs in a group.</param>
    /// <param name="actOrder">Inputs are in groups at random; those that are multiplied together alike.</param>
    public RoundedModel(string model, int groupSize, bool actOrder)
    {
        Int4 = Directory.CreateDirectory(Path.Combine(_folder.Path, "int4")).FullName;
        Widened = Directory.CreateDirectory(Path.Combine(_folder.Path, "widened")).FullName;
        foreach (string file in Directory.GetFiles(model).Where(file => !file.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(Int4, Path.GetFileName(file)));
            File.Copy(file, Path.Combine(Widened, Path.GetFileName(file)));
        }

        string configPath = Path.Combine(Int4, "config.json");
        JsonObject config = JsonNode.Parse(File.ReadAllText(configPath))!.AsObject();
        config["quantization_config"] = new JsonObject { ["quant_method"] = "gptq", ["bits"] = 4, ["group_size"] = groupSize, ["desc_act"] = actOrder, ["sym"] = false };
        File.WriteAllText(configPath, config.ToJsonString());

        var int4 = new SafetensorsWriter();
        var widened = new SafetensorsWriter();
        using TensorStore tensors = TensorStore.Open(model);
        foreach (string name in tensors.Names)
        {
            CheckpointTensor tensor = tensors.Get(name);
            if (name.Contains("_proj.weight", StringComparison.Ordinal))
            {
                AddRounded(tensor, groupSize, actOrder, int4, widened);
            }
            else
            {
                byte[] bytes = tensor.Read(0, (int)tensor.Bytes).ToArray();
                int4.Add(name, tensor.Type, tensor.Shape, bytes);
                widened.Add(name, tensor.Type, tensor.Shape, bytes);
            }
        }

        int4.Save(Path.Combine(Int4, TensorStore.SingleFileName));
        widened.Save(Path.Combine(Widened, TensorStore.SingleFileName));
    }

    public string Int4 { get; }

    public string Widened { get; }

    public void Dispose() => _folder.Dispose();

    private static void AddRounded(CheckpointTensor tensor, int groupSize, bool actOrder, SafetensorsWriter int4, SafetensorsWriter widened)
    {
        (int rows, int columns) = ((int)tensor.Shape[0], (int)tensor.Shape[1]);
        float[] weights = new float[rows * columns];
        tensor.Widen(weights);
        int[] groupOf = [.. Enumerable.Range(0, columns).Select(k => k / groupSize)];
        if (actOrder)
        {
            bool isOfAttentionOrGate = tensor.Name.Contains("q_proj") || tensor.Name.Contains("k_proj") || tensor.Name.Contains("v_proj");
            new Random(isOfAttentionOrGate ? 1 : tensor.Name.Contains("gate") || tensor.Name.Contains("up") ? 2 : columns).Shuffle(groupOf);
        }

        LogicalMatrix matrix = LogicalMatrix.Nearest(weights, rows, columns, groupSize, groupOf);
        string module = tensor.Name[..^".weight".Length];
        foreach ((string part, StoredTensor stored) in Packing.Gptq(matrix, less: 1))
        {
            int4.Add($"{module}.{part}", stored.Type, stored.Shape, stored.Bytes);
        }

        StoredTensor wide = StoredTensor.Floats(TensorType.F16, rows, columns, matrix.Weight);
        widened.Add(tensor.Name, wide.Type, wide.Shape, wide.Bytes);
    }
}
