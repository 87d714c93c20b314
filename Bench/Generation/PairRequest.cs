using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Bench.Generation;

/// <summary>A pair of models that is to be loaded.</summary>
/// <param name="OpenDevice">Where it runs; told of what is not as it should be, and which 16-bit type the target is made for.</param>
/// <param name="Target">Opens the target.</param>
/// <param name="Draft">Opens the draft.</param>
internal sealed record PairRequest(Func<Action<string>, DType, ComputeDevice> OpenDevice, Func<PairModel> Target, Func<PairModel> Draft)
{
    /// <summary>How much of the target stays on the device.</summary>
    public ResidencyRequest Residency { get; init; } = new();

    /// <summary>Where the rest waits.</summary>
    public StorageOptions Storage { get; init; } = new();

    /// <summary>Tokens of the longest text; null: what the models allow.</summary>
    public int? ContextLength { get; init; }

    /// <summary>The most that any K will be.</summary>
    public required int LargestBudget { get; init; }
}

/// <summary>A model that is open and not loaded.</summary>
/// <param name="Weights">Its weights.</param>
/// <param name="Tokenizer">Null: tokens are numbers.</param>
/// <param name="Files">Closed with it; null: there are none.</param>
internal sealed record PairModel(WeightCatalog Weights, ModelTokenizer? Tokenizer, Checkpoint? Files) : IDisposable
{
    /// <summary>A model's folder, or <c>org/name</c> in the Hugging Face cache.</summary>
    /// <exception cref="Loaders.ModelFormatException">It is missing, damaged or not supported.</exception>
    public static PairModel Open(string name)
    {
        Checkpoint files = Checkpoint.Open(name);
        try
        {
            return new PairModel(WeightCatalog.Of(files), TokenizerLoader.Load(files.Directory), files);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    public void Dispose() => Files?.Dispose();
}
