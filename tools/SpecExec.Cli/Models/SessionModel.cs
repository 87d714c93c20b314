using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Cli.Models;

/// <summary>A model that is about to be loaded: of files, or only of a shape, to be filled with generated weights.</summary>
internal sealed class SessionModel : IDisposable
{
    private const int DummyGroupSize = 128;

    private readonly OpenedModel? _files;

    private SessionModel(string name, WeightCatalog weights, OpenedModel? files)
    {
        Name = name;
        Weights = weights;
        _files = files;
    }

    /// <summary>As the user named it.</summary>
    public string Name { get; }

    public WeightCatalog Weights { get; }

    public ModelConfig Config => Weights.Config;

    /// <summary>Null: there is only a shape, and tokens are numbers.</summary>
    public ModelTokenizer? Tokenizer => _files?.Tokenizer;

    /// <summary>What the model recommends.</summary>
    public GenerationDefaults Generation => _files?.Checkpoint.Generation ?? new GenerationDefaults();

    /// <summary>In a few words.</summary>
    public string Summary => _files is null ? $"{Config.Architecture}, {Config.Layers} layers, generated weights" : ModelSummary.Of(_files.Checkpoint);

    /// <param name="name">A directory or <c>org/name</c>; for generated weights a <c>config.json</c> will do.</param>
    /// <param name="format">Where the weights come from.</param>
    /// <exception cref="Loaders.ModelFormatException">It is missing, damaged or not supported.</exception>
    public static SessionModel Open(string name, LoadFormat format)
    {
        if (format is LoadFormat.Checkpoint)
        {
            OpenedModel files = OpenedModel.Open(name);
            return new SessionModel(name, WeightCatalog.Of(files.Checkpoint), files);
        }

        string config = File.Exists(name) ? name : Path.Combine(ModelLocator.Resolve(name), ModelConfigReader.ConfigFileName);
        Int4Groups? groups = format is LoadFormat.DummyInt4 ? new Int4Groups(DummyGroupSize, HasZeros: false) : null;
        return new SessionModel(name, WeightCatalog.Generated(ModelConfigReader.Read(config), name, groups), files: null);
    }

    public void Dispose() => _files?.Dispose();
}
