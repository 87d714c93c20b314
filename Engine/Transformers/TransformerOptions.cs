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

    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ContextLength ?? 2, 2, nameof(ContextLength));
        ArgumentOutOfRangeException.ThrowIfLessThan(ChunkRows, 1);
    }

    /// <summary>The context in force for a model.</summary>
    /// <exception cref="ArgumentException">More is asked for than the model was made for.</exception>
    public int ResolveContextLength(ModelConfig config)
    {
        if (ContextLength > config.MaxPositionEmbeddings)
        {
            throw new ArgumentException(
                $"A context of {ContextLength} tokens was asked for, but the model was made for {config.MaxPositionEmbeddings} (max_position_embeddings).");
        }

        return ContextLength ?? Math.Min(config.MaxPositionEmbeddings, DefaultContextLength);
    }
}
