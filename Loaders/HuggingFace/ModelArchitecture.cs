namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>The families of decoder-only transformers that can be loaded (<c>model_type</c> in config.json).</summary>
public enum ModelArchitecture
{
    /// <summary>Llama 2, 3, 3.1, 3.2 and whatever copies their shape.</summary>
    Llama,

    /// <summary>Mistral: Llama with an optional sliding window.</summary>
    Mistral,

    /// <summary>Qwen2 and 2.5: biases on q, k and v.</summary>
    Qwen2,

    /// <summary>Qwen3: RMS norm on each head of q and k.</summary>
    Qwen3,
}
