using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Cli.Inspection;

/// <summary>A tensor of an inspected model.</summary>
/// <param name="Name">As stored.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Row-major.</param>
/// <param name="Bytes">Size on disk.</param>
/// <param name="File">The file's name, without its directory.</param>
internal sealed record TensorSummary(string Name, TensorType Type, IReadOnlyList<long> Shape, long Bytes, string File)
{
    /// <summary>Elements.</summary>
    public long Parameters { get; } = Shape.Aggregate(1L, (elements, dimension) => elements * dimension);

    public static TensorSummary Of(CheckpointTensor tensor)
        => new(tensor.Name, tensor.Type, tensor.Shape, tensor.Bytes, Path.GetFileName(tensor.FilePath));

    public static TensorSummary Of(TensorInfo tensor, string path)
        => new(tensor.Name, tensor.Type, tensor.Shape, tensor.Bytes, Path.GetFileName(path));
}
