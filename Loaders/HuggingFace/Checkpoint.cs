using SpecExecNative.Loaders.Quantization;

namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>
/// A model directory in Hugging Face layout: config, weights and sampling defaults, checked against each other.
/// What opens is complete and supported. Weights are mapped, not read.
/// </summary>
public sealed class Checkpoint : IDisposable
{
    private readonly CheckpointContents _contents;

    private Checkpoint(
        string directory, ModelConfig config, GenerationDefaults generation, TensorStore tensors, CheckpointContents contents)
    {
        Directory = directory;
        Config = config;
        Generation = generation;
        Tensors = tensors;
        _contents = contents;
    }

    /// <summary>Full path.</summary>
    public string Directory { get; }

    public ModelConfig Config { get; }

    public GenerationDefaults Generation { get; }

    public TensorStore Tensors { get; }

    /// <summary>Names of tensors that the model has no use for, sorted.</summary>
    public IReadOnlyList<string> UnusedTensors => _contents.UnusedTensors;

    /// <summary>Opens a directory, or <c>org/name</c> from the Hugging Face cache (see <see cref="ModelLocator"/>).</summary>
    /// <exception cref="ModelFormatException">It is not there, damaged, or not supported.</exception>
    public static Checkpoint Open(string directoryOrRepoId)
    {
        string directory = ModelLocator.Resolve(directoryOrRepoId);
        string configPath = Path.Combine(directory, ModelConfigReader.ConfigFileName);
        string generationPath = Path.Combine(directory, ModelConfigReader.GenerationConfigFileName);
        string? generationConfigPath = File.Exists(generationPath) ? generationPath : null;
        ModelConfig config = ModelConfigReader.Read(configPath, generationConfigPath);
        GenerationDefaults generation = generationConfigPath is null
            ? new GenerationDefaults()
            : GenerationDefaultsReader.Read(generationConfigPath);
        TensorStore tensors = TensorStore.Open(directory);
        try
        {
            return new Checkpoint(directory, config, generation, tensors, CheckpointValidator.Check(config, tensors));
        }
        catch
        {
            tensors.Dispose();
            throw;
        }
    }

    /// <summary>A matrix that is stored with 4 bits, checked but not read; null for one that is a plain tensor of <see cref="Tensors"/>.</summary>
    /// <param name="weightName">Its name in a dense checkpoint (<see cref="TensorNames"/>), e.g. <c>model.layers.0.mlp.down_proj.weight</c>.</param>
    public Int4Source? Int4(string weightName) => _contents.Int4.GetValueOrDefault(weightName);

    public void Dispose() => Tensors.Dispose();
}
