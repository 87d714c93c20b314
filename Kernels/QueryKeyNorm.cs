namespace SpecExecNative.Kernels;

/// <summary>RMS norm over each head of queries and keys before RoPE (Qwen3).</summary>
/// <param name="QueryWeight">F32 <c>[1, headDim]</c>.</param>
/// <param name="KeyWeight">F32 <c>[1, headDim]</c>.</param>
/// <param name="Epsilon">Added to the mean square.</param>
public readonly record struct QueryKeyNorm(DeviceTensor QueryWeight, DeviceTensor KeyWeight, float Epsilon);
