namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>Llama 3.1's stretching of RoPE's low frequencies (<c>rope_type: llama3</c>).</summary>
/// <param name="Factor">How much the low frequencies are slowed down.</param>
/// <param name="LowFrequencyFactor">Wavelengths above original / this are slowed fully.</param>
/// <param name="HighFrequencyFactor">Wavelengths below original / this are left alone; between the two, a linear blend.</param>
/// <param name="OriginalMaxPositionEmbeddings">The context length before the stretching.</param>
public sealed record Llama3RopeScaling(
    double Factor, double LowFrequencyFactor, double HighFrequencyFactor, int OriginalMaxPositionEmbeddings);
