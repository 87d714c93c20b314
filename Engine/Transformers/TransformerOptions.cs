using SpecExecNative.Engine.Offload;
using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Engine.Transformers;

/// <summary>How a model is set up on its device.</summary>
public sealed record TransformerOptions
{
    /// <summary>Context that is used where none is asked for and the model allows more.</summary>
    public const int DefaultContextLength = 4096;

    /// <summary>Longest sequence in tokens; null: the model's own, at most <see cref="DefaultContextLength"/>.</summary>
    public int? ContextLength { get; init; }

    /// <summary>Rows whose activations are computed together; bounds the memory of a pass, not its result.</summary>
    public int ChunkRows { get; init; } = 512;

    /// <summary>
    /// What passes promise about rows. A target whose rows are not invariant still has its own distribution, but writes other text with
    /// speculation than without; a draft needs no promise, and is faster without on a card.
    /// </summary>
    public RowResults Rows { get; init; } = RowResults.Invariant;

    /// <summary>Which layers stay on the device; null: all of them.</summary>
    public ResidencyPlan? Residency { get; init; }

    /// <summary>Where streamed layers wait.</summary>
    public StorageOptions Storage { get; init; } = new();

    /// <exception cref="OptionException">An option makes no sense.</exception>
    public void Validate()
    {
        OptionException.ThrowUnless(ContextLength is null or >= 2, nameof(ContextLength), ContextLength ?? 0, "2 or more");
        OptionException.ThrowUnless(ChunkRows >= 1, nameof(ChunkRows), ChunkRows, "1 or more");
    }

    /// <summary>The context in force for a model.</summary>
    /// <exception cref="OptionException">More is asked for than the model was made for.</exception>
    public int ResolveContextLength(ModelConfig config)
    {
        int longest = config.MaxPositionEmbeddings;
        int length = ContextLength ?? Math.Min(longest, DefaultContextLength);
        OptionException.ThrowUnless(
            length <= longest, nameof(ContextLength), length, $"at most the {longest} tokens that the model was made for (max_position_embeddings)");
        return length;
    }
}
