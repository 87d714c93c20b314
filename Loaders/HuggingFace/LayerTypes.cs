using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>
/// Checks that matrices which the engine lays out as one are of one type: q, k and v of a layer are multiplied in one go,
/// and all layers have the layout of layer 0, so that any of them fits any slot. Vectors are widened when loaded and may differ.
/// </summary>
internal static class LayerTypes
{
    private static readonly Func<int, string>[] Matrices =
    [
        TensorNames.QueryWeight, TensorNames.KeyWeight, TensorNames.ValueWeight, TensorNames.OutputWeight,
        TensorNames.GateWeight, TensorNames.UpWeight, TensorNames.DownWeight,
    ];

    /// <exception cref="CheckpointException">They are not.</exception>
    public static void Check(ModelConfig config, TensorStore tensors)
    {
        for (int layer = 0; layer < config.Layers; layer++)
        {
            CheckpointTensor query = tensors.Get(TensorNames.QueryWeight(layer));
            RequireSame(tensors.Get(TensorNames.KeyWeight(layer)), query);
            RequireSame(tensors.Get(TensorNames.ValueWeight(layer)), query);
            foreach (Func<int, string> matrix in Matrices)
            {
                RequireSame(tensors.Get(matrix(layer)), tensors.Get(matrix(0)));
            }
        }
    }

    private static void RequireSame(CheckpointTensor tensor, CheckpointTensor other)
    {
        if (tensor.Type != other.Type)
        {
            throw new CheckpointException(
                CheckpointError.MixedTypes,
                tensor.FilePath,
                tensor.Name,
                $"is stored as {tensor.Type.Spelling()}, but '{other.Name}', which is laid out alike, as {other.Type.Spelling()}. Convert the checkpoint to one type.");
        }
    }
}
