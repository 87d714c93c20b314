using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Cli.Inspection;

/// <summary>What can be learned of a model without computing with it. Parts that cannot be read are null and have a problem.</summary>
internal sealed record ModelInspection
{
    /// <summary>Full path of the directory or file.</summary>
    public required string Path { get; init; }

    /// <summary>One safetensors file, which alone is no model.</summary>
    public bool IsSingleFile { get; init; }

    public ModelConfig? Config { get; init; }

    /// <summary>What its makers recommend for sampling.</summary>
    public GenerationDefaults? Generation { get; init; }

    public IReadOnlyList<TensorSummary> Tensors { get; init; } = [];

    /// <summary>Names of tensors that the model has no use for.</summary>
    public IReadOnlyList<string> UnusedTensors { get; init; } = [];

    /// <summary>A single file's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public TokenizerSummary? Tokenizer { get; init; }

    /// <summary>Why it cannot run; empty: it can (a single file: it is sound).</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Elements of all tensors; a word that holds several 4-bit weights counts once.</summary>
    public long Parameters => Tensors.Sum(t => t.Parameters);

    public long Bytes => Tensors.Sum(t => t.Bytes);
}
