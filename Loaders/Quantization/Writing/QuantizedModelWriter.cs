using System.Text.Json.Nodes;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Quantization.Formats;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Loaders.Quantization.Writing;

/// <summary>
/// Writes a quantized copy of a model directory, one shard a layer, so that an interrupted run has lost a layer at most. Until
/// <see cref="Complete"/> the directory has no config.json, and is no model to anybody.
/// </summary>
public sealed class QuantizedModelWriter : IDisposable
{
    private readonly Checkpoint _source;
    private readonly GptqRecipe _recipe;
    private readonly UnfinishedRun _run;
    private readonly string _directory;
    private readonly IReadOnlyList<LinearGroup> _groups;

    private QuantizedModelWriter(Checkpoint source, string directory, GptqRecipe recipe, UnfinishedRun run)
    {
        (_source, _directory, _recipe, _run) = (source, directory, recipe, run);
        _groups = [.. LinearGroup.Of(source.Config).Where(g => g.CanBePacked)];
    }

    /// <summary>Begins a directory, or goes on with one that the same recipe has begun.</summary>
    /// <param name="source">A model that is not quantized.</param>
    /// <param name="directory">New, empty, or an unfinished one.</param>
    /// <param name="recipe">How it is made.</param>
    /// <exception cref="OutputDirectoryException">The directory holds something else, or another process writes it.</exception>
    /// <exception cref="CheckpointException">The source is quantized already, or none of its matrices can be packed.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static QuantizedModelWriter Open(Checkpoint source, string directory, GptqRecipe recipe)
    {
        if (source.Config.Quantization is { } quantization)
        {
            throw new CheckpointException(
                CheckpointError.AlreadyQuantized, source.Directory, null, $"is quantized already ({quantization.Method}, {quantization.Bits} bits). Start from the 16-bit model.");
        }

        if (!LinearGroup.Of(source.Config).Any(g => g.CanBePacked))
        {
            throw new CheckpointException(
                CheckpointError.WrongShape, source.Directory, null, "has no matrix whose sizes are multiples of 8, as GPTQ's layout needs.");
        }

        string full = Path.GetFullPath(directory);
        return new QuantizedModelWriter(source, full, recipe, UnfinishedRun.Open(full, SourceIdentity.Describe(source, recipe)));
    }

    /// <summary>The layer's shard is there, from this run or one before.</summary>
    public bool HasLayer(int layer) => File.Exists(ShardPath(layer + 1));

    /// <summary>The matrices of a layer that has been written, by weight name, as whoever loads the result will read them.</summary>
    /// <exception cref="ModelFormatException">The shard is damaged.</exception>
    public IReadOnlyDictionary<string, Int4Matrix> ReadLayer(int layer)
    {
        using TensorStore tensors = TensorStore.OpenFile(ShardPath(layer + 1));
        QuantizationConfig config = _recipe.ToConfig(_source.Config, ShardPath(layer + 1));
        var matrices = new Dictionary<string, Int4Matrix>(StringComparer.Ordinal);
        foreach (LinearGroup group in _groups)
        {
            foreach ((string name, int rows) in group.WeightNames(layer).Zip(group.Outputs))
            {
                matrices.Add(name, Int4Source.Open(tensors, name, rows, group.Inputs, config).Read());
            }
        }

        return matrices;
    }

    /// <summary>Writes a layer: the matrices given in 4 bits, all else as it is.</summary>
    /// <param name="layer">Its number.</param>
    /// <param name="matrices">By weight name: all that can be packed.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void WriteLayer(int layer, IReadOnlyDictionary<string, Int4Matrix> matrices)
    {
        string prefix = $"model.layers.{layer}.";
        var writer = new SafetensorsWriter();
        foreach ((string name, Int4Matrix matrix) in matrices)
        {
            GptqTensors.Add(writer, Int4Parts.ModuleOf(name), matrix);
        }

        foreach (string name in SourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal) && !matrices.ContainsKey(n)))
        {
            AddDense(writer, name);
        }

        Save(writer, layer + 1);
    }

    /// <summary>Writes what is left, and the files that make the directory a model.</summary>
    /// <exception cref="InvalidOperationException">A layer is missing.</exception>
    /// <exception cref="IOException">Something cannot be written.</exception>
    public void Complete()
    {
        if (Enumerable.Range(0, _source.Config.Layers).FirstOrDefault(layer => !HasLayer(layer), -1) is >= 0 and int missing)
        {
            throw new InvalidOperationException($"Layer {missing} has not been written.");
        }

        var writer = new SafetensorsWriter();
        foreach (string name in SourceNames().Where(n => !n.StartsWith("model.layers.", StringComparison.Ordinal)))
        {
            AddDense(writer, name);
        }

        Save(writer, 0);
        CompanionFiles.Copy(_source.Directory, _directory);
        JsonObject quantization = _recipe.ToJson(_source.Config);
        JsonFile.Write(Path.Combine(_directory, "quantize_config.json"), quantization.DeepClone());
        JsonFile.Write(Path.Combine(_directory, ShardIndex.FileName), Index());

        // Last, since it makes the directory a model.
        var config = (JsonObject)JsonNode.Parse(File.ReadAllBytes(Path.Combine(_source.Directory, ModelConfigReader.ConfigFileName)))!;
        config["quantization_config"] = quantization;
        JsonFile.Write(Path.Combine(_directory, ModelConfigReader.ConfigFileName), config);
        _run.Finish();
    }

    public void Dispose() => _run.Dispose();

    /// <summary>What the model needs; a tied head and old tables are left behind.</summary>
    private IEnumerable<string> SourceNames() => ExpectedTensor.Of(_source.Config).Select(t => t.Name);

    private void AddDense(SafetensorsWriter writer, string name)
    {
        CheckpointTensor tensor = _source.Tensors.Get(name);
        writer.Add(name, tensor.Type, tensor.Shape, stream =>
        {
            const int Portion = 1 << 24;
            for (long offset = 0; offset < tensor.Bytes; offset += Portion)
            {
                stream.Write(tensor.Read(offset, (int)Math.Min(Portion, tensor.Bytes - offset)));
            }
        });
    }

    private void Save(SafetensorsWriter writer, int shard)
    {
        writer.Metadata["format"] = "pt"; // transformers asks for it
        try
        {
            writer.Save(ShardPath(shard));
        }
        catch (SafetensorsFormatException e) when (e.Error == SafetensorsError.IoError)
        {
            throw new IOException(e.Message, e);
        }
    }

    private JsonObject Index()
    {
        long total = 0;
        var map = new JsonObject();
        for (int shard = 0; shard <= _source.Config.Layers; shard++)
        {
            using SafetensorsFile file = SafetensorsFile.Open(ShardPath(shard));
            foreach (TensorInfo tensor in file.Tensors.Values)
            {
                total += tensor.Bytes;
                map[tensor.Name] = Path.GetFileName(ShardPath(shard));
            }
        }

        return new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = total }, ["weight_map"] = map };
    }

    private string ShardPath(int shard) => Path.Combine(_directory, $"model-{shard + 1:00000}-of-{_source.Config.Layers + 1:00000}.safetensors");
}
