namespace SpecExecNative.Tests.Oracles;

/// <summary>
/// What a <see cref="RandomCheckpoint"/> looks like. The defaults are tiny and awkward on purpose:
/// no width is a multiple of 16 and the vocabulary is a prime.
/// </summary>
public sealed record CheckpointSpec
{
    /// <summary>Appears in test names.</summary>
    public required string Name { get; init; }

    /// <summary><c>llama</c>, <c>mistral</c>, <c>qwen2</c> or <c>qwen3</c>.</summary>
    public required string ModelType { get; init; }

    public int Vocabulary { get; init; } = 97;

    public int Hidden { get; init; } = 40;

    public int Intermediate { get; init; } = 52;

    public int Layers { get; init; } = 2;

    public int QueryHeads { get; init; } = 4;

    /// <summary>Null: the key is absent, which means <see cref="QueryHeads"/>.</summary>
    public int? KvHeads { get; init; } = 2;

    /// <summary>Null: the key is absent, which means hidden / heads.</summary>
    public int? HeadDim { get; init; }

    public double NormEpsilon { get; init; } = 1e-5;

    public double RopeTheta { get; init; } = 10_000;

    /// <summary>
    /// Llama 3.1's scaling, with an original context of 128 tokens so that even heads of ten elements have
    /// untouched, blended and divided frequencies.
    /// </summary>
    public bool Llama3Rope { get; init; }

    public RopeSpelling RopeSpelling { get; init; }

    public int MaxPositions { get; init; } = 512;

    public int? SlidingWindow { get; init; }

    /// <summary>Qwen's switch; with false, <see cref="SlidingWindow"/> is written but means nothing.</summary>
    public bool UseSlidingWindow { get; init; }

    /// <summary>Qwen: the first layer that slides, if any does.</summary>
    public int MaxWindowLayers { get; init; } = 1;

    public bool Tied { get; init; }

    /// <summary>Llama's and Qwen3's switch for biases on q, k, v and o.</summary>
    public bool AttentionBias { get; init; }

    public IReadOnlyList<int> EosTokens { get; init; } = [2];

    /// <summary>If given, a generation_config.json with these is written too.</summary>
    public IReadOnlyList<int>? GenerationEosTokens { get; init; }

    public OracleDType DType { get; init; } = OracleDType.F32;

    public int Seed { get; init; } = 1;

    /// <summary>Standard deviation of the logits: about 1 is near uniform, about 5 near deterministic.</summary>
    public double LogitDeviation { get; init; } = 3;

    /// <summary>h as the model uses it.</summary>
    public int EffectiveHeadDim => HeadDim ?? Hidden / QueryHeads;

    /// <summary>G as the model uses it.</summary>
    public int EffectiveKvHeads => KvHeads ?? QueryHeads;

    /// <summary>q, k and v have biases.</summary>
    public bool HasQkvBias => ModelType == "qwen2" || AttentionBias;

    /// <summary>Every architecture with the variations that its published checkpoints show.</summary>
    public static IReadOnlyList<CheckpointSpec> Variants { get; } =
    [
        new() { Name = "Llama2", ModelType = "llama", KvHeads = null },
        new()
        {
            Name = "Llama31", ModelType = "llama", RopeTheta = 500_000, Llama3Rope = true, DType = OracleDType.BF16,
            EosTokens = [90, 91], GenerationEosTokens = [90, 91, 92], Seed = 2,
        },
        new()
        {
            Name = "Llama32Tied", ModelType = "llama", RopeTheta = 500_000, Llama3Rope = true, Tied = true, HeadDim = 14,
            RopeSpelling = RopeSpelling.OldType, DType = OracleDType.F16, Seed = 3,
        },
        new()
        {
            Name = "LlamaTransformers5", ModelType = "llama", RopeTheta = 500_000, Llama3Rope = true, HeadDim = 10,
            RopeSpelling = RopeSpelling.Parameters, Seed = 4,
        },
        new() { Name = "LlamaAttentionBias", ModelType = "llama", AttentionBias = true, HeadDim = 6, Seed = 5 },
        new() { Name = "MistralWindow", ModelType = "mistral", SlidingWindow = 7, KvHeads = 1, Seed = 6 },
        new()
        {
            Name = "MistralNemo", ModelType = "mistral", HeadDim = 14, RopeTheta = 1_000_000, DType = OracleDType.BF16, Seed = 7,
        },
        new()
        {
            Name = "Qwen2", ModelType = "qwen2", RopeTheta = 1_000_000, NormEpsilon = 1e-6, SlidingWindow = 5,
            DType = OracleDType.F16, EosTokens = [95], GenerationEosTokens = [95, 93], Seed = 8,
        },
        new()
        {
            Name = "Qwen2WindowTied", ModelType = "qwen2", RopeTheta = 1_000_000, NormEpsilon = 1e-6, Tied = true, Layers = 3,
            SlidingWindow = 5, UseSlidingWindow = true, MaxWindowLayers = 1, Seed = 9,
        },
        new()
        {
            Name = "Qwen3", ModelType = "qwen3", HeadDim = 14, RopeTheta = 1_000_000, NormEpsilon = 1e-6, QueryHeads = 6,
            KvHeads = 3, DType = OracleDType.BF16, Seed = 10,
        },
        new()
        {
            Name = "Qwen3Transformers5", ModelType = "qwen3", HeadDim = 14, RopeTheta = 1_000_000, NormEpsilon = 1e-6,
            AttentionBias = true, RopeSpelling = RopeSpelling.Parameters, SlidingWindow = 5, UseSlidingWindow = true, Seed = 11,
        },
    ];

    /// <summary>The variant of that name.</summary>
    public static CheckpointSpec Variant(string name) => Variants.Single(spec => spec.Name == name);

    public override string ToString() => Name;
}
