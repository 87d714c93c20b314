using SpecExecNative.Loaders.Quantization;

namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>What a checkpoint that was found to be whole holds besides its dense tensors.</summary>
/// <param name="UnusedTensors">Names of tensors that the model has no use for, sorted.</param>
/// <param name="Int4">4-bit matrices, by the name that they would have in a dense checkpoint.</param>
internal sealed record CheckpointContents(IReadOnlyList<string> UnusedTensors, IReadOnlyDictionary<string, Int4Source> Int4);
