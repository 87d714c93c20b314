namespace SpecExecNative.Loaders.Quantization;

/// <summary>How a checkpoint lays out its 4-bit weights.</summary>
public enum QuantizationMethod
{
    /// <summary>AutoGPTQ and GPTQModel, versions 1 and 2 of the layout.</summary>
    Gptq,

    /// <summary>AutoAWQ's <c>gemm</c>.</summary>
    Awq,

    /// <summary>compressed-tensors' <c>pack-quantized</c>.</summary>
    CompressedTensors,
}
