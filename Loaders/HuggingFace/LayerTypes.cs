using SpecExecNative.Loaders.Quantization;
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
    public static void Check(ModelConfig config, TensorStore tensors, IReadOnlyDictionary<string, Int4Source> int4)
    {
        StoredMatrix Find(string name) => StoredMatrix.Find(name, tensors, int4);
        for (int layer = 0; layer < config.Layers; layer++)
        {
            StoredMatrix query = Find(TensorNames.QueryWeight(layer));
            RequireSame(Find(TensorNames.KeyWeight(layer)), query);
            RequireSame(Find(TensorNames.ValueWeight(layer)), query);
            foreach (Func<int, string> matrix in Matrices)
            {
                RequireSame(Find(matrix(layer)), Find(matrix(0)));
            }
        }
    }

    private static void RequireSame(StoredMatrix matrix, StoredMatrix other)
    {
        if (matrix.Type != other.Type)
        {
            throw new CheckpointException(
                CheckpointError.MixedTypes,
                matrix.FilePath,
                matrix.Name,
                $"is stored as {matrix.Type}, but '{other.Name}', which is laid out alike, as {other.Type}. Convert the checkpoint to one type.");
        }
    }

    /// <summary>A matrix with its element type in words, which for 4-bit ones has the size of groups.</summary>
    private readonly record struct StoredMatrix(string Name, string FilePath, string Type)
    {
        public static StoredMatrix Find(string name, TensorStore tensors, IReadOnlyDictionary<string, Int4Source> int4)
        {
            if (int4.TryGetValue(name, out Int4Source? source))
            {
                return new(name, source.FilePath, $"4-bit in groups of {source.GroupSize}");
            }

            CheckpointTensor tensor = tensors.Get(name);
            return new(name, tensor.FilePath, tensor.Type.Spelling());
        }
    }
}
