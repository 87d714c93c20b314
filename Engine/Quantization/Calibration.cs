using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Quantization;

/// <summary>What GPTQ learns the importance of inputs from.</summary>
/// <param name="Device">Computes the text's way through the model; stays the caller's.</param>
/// <param name="Windows">Token ids, each window a text of its own (<see cref="CalibrationText"/>).</param>
public sealed record Calibration(ComputeDevice Device, IReadOnlyList<int[]> Windows);
