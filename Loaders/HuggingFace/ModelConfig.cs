using SpecExecNative.Loaders.Quantization;

namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>
/// The hyperparameters of a decoder-only transformer, read from config.json and validated:
/// sizes are positive, <see cref="QueryHeads"/> is a multiple of <see cref="KvHeads"/>, <see cref="HeadDim"/> is even.
/// </summary>
public sealed record ModelConfig
{
    public required ModelArchitecture Architecture { get; init; }

    /// <summary>V: rows of the embedding; may exceed the tokenizer's vocabulary (padding).</summary>
    public required int VocabularySize { get; init; }

    /// <summary>D.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>F: width of the MLP.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>L.</summary>
    public required int Layers { get; init; }

    /// <summary>H.</summary>
    public required int QueryHeads { get; init; }

    /// <summary>G.</summary>
    public required int KvHeads { get; init; }

    /// <summary>h. H·h need not be D.</summary>
    public required int HeadDim { get; init; }

    public required double RmsNormEpsilon { get; init; }

    public required double RopeTheta { get; init; }

    /// <summary>Null: plain RoPE.</summary>
    public Llama3RopeScaling? RopeScaling { get; init; }

    /// <summary>The longest context that the model was made for, in tokens.</summary>
    public required int MaxPositionEmbeddings { get; init; }

    /// <summary>Window of each layer, in tokens; null where a layer sees everything. <see cref="Layers"/> entries.</summary>
    public required IReadOnlyList<int?> SlidingWindows { get; init; }

    /// <summary>lm_head is the embedding.</summary>
    public bool TieWordEmbeddings { get; init; }

    /// <summary>q, k and v projections have biases.</summary>
    public bool QkvBias { get; init; }

    /// <summary>The attention's output projection has a bias.</summary>
    public bool OutputBias { get; init; }

    /// <summary>q and k are RMS-normalised per head before RoPE.</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>Which of the linear modules are 4-bit, and how; null: all are dense.</summary>
    public QuantizationConfig? Quantization { get; init; }

    /// <summary>Token that opens a sequence, if config.json or generation_config.json names one.</summary>
    public int? BosTokenId { get; init; }

    /// <summary>Tokens that end a sequence: the union of config.json's and generation_config.json's.</summary>
    public IReadOnlyList<int> EosTokenIds { get; init; } = [];
}
