namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>
/// A model directory in Hugging Face layout: config, weights and sampling defaults, checked against each other.
/// What opens is complete and supported. Weights are mapped, not read.
/// </summary>
public sealed class Checkpoint : IDisposable
{
    private Checkpoint(
        string directory, ModelConfig config, GenerationDefaults generation, TensorStore tensors, IReadOnlyList<string> unusedTensors)
    {
        Directory = directory;
        Config = config;
        Generation = generation;
        Tensors = tensors;
        UnusedTensors = unusedTensors;
    }

    /// <summary>Full path.</summary>
    public string Directory { get; }

    public ModelConfig Config { get; }

    public GenerationDefaults Generation { get; }

    public TensorStore Tensors { get; }

    /// <summary>Names of tensors that the model has no use for, sorted.</summary>
    public IReadOnlyList<string> UnusedTensors { get; }

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
            return new Checkpoint(directory, config, generation, tensors, CheckpointValidator.Validate(config, tensors));
        }
        catch
        {
            tensors.Dispose();
            throw;
        }
    }

    public void Dispose() => Tensors.Dispose();
}
