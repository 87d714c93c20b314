using SpecExecNative.Loaders;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Safetensors;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Cli.Inspection;

/// <summary>Looks at a model's parts one by one, so that a fault in one does not hide the others.</summary>
internal sealed class Inspector
{
    private readonly List<string> _problems = [];

    private Inspector()
    {
    }

    /// <param name="nameOrPath">A safetensors file, a model directory, or <c>org/name</c>.</param>
    /// <exception cref="ModelFormatException">There is nothing there.</exception>
    public static ModelInspection Inspect(string nameOrPath)
        => File.Exists(nameOrPath) ? new Inspector().InspectFile(nameOrPath) : new Inspector().InspectDirectory(ModelLocator.Resolve(nameOrPath));

    private ModelInspection InspectFile(string path)
    {
        using SafetensorsFile? file = Try(() => SafetensorsFile.Open(path));
        return new ModelInspection
        {
            Path = Path.GetFullPath(path),
            IsSingleFile = true,
            Tensors = file is null ? [] : [.. file.Tensors.Values.Select(t => TensorSummary.Of(t, path)).OrderBy(t => t.Name, StringComparer.Ordinal)],
            Metadata = file?.Metadata ?? new Dictionary<string, string>(),
            Problems = _problems,
        };
    }

    private ModelInspection InspectDirectory(string directory)
    {
        string configPath = Path.Combine(directory, ModelConfigReader.ConfigFileName);
        string generationPath = Path.Combine(directory, ModelConfigReader.GenerationConfigFileName);
        string? generation = File.Exists(generationPath) ? generationPath : null;
        ModelConfig? config = Try(() => ModelConfigReader.Read(configPath, generation));
        using TensorStore? tensors = Try(() => TensorStore.Open(directory));
        return new ModelInspection
        {
            Path = directory,
            Config = config,
            Generation = generation is null ? null : Try(() => GenerationDefaultsReader.Read(generation)),
            Tensors = tensors is null ? [] : [.. tensors.Names.Order(StringComparer.Ordinal).Select(name => TensorSummary.Of(tensors.Get(name)))],
            UnusedTensors = config is null || tensors is null ? [] : Try(() => CheckpointValidator.Validate(config, tensors)) ?? [],
            Tokenizer = Try(() => TokenizerSummary.Of(TokenizerLoader.Load(directory))),
            Problems = _problems,
        };
    }

    private T? Try<T>(Func<T> part)
        where T : class
    {
        try
        {
            return part();
        }
        catch (ModelFormatException e)
        {
            if (!_problems.Contains(e.Message))
            {
                _problems.Add(e.Message);
            }

            return null;
        }
    }
}
