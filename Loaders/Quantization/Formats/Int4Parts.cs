using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Loaders.Quantization.Formats;

/// <summary>Finds and checks the tensors that a 4-bit module is stored as, and keeps a list of them.</summary>
internal sealed class Int4Parts(TensorStore tensors, string weightName, int rows, int columns, QuantizationConfig config)
{
    /// <summary>Packed nibbles, and indices of groups. PyTorch had no unsigned words when the formats were made.</summary>
    public static readonly TensorType[] Words = [TensorType.I32];

    public static readonly TensorType[] Scales = [TensorType.F16, TensorType.BF16, TensorType.F32];

    /// <summary>compressed-tensors declares I32 and writes I64.</summary>
    public static readonly TensorType[] Sizes = [TensorType.I64, TensorType.I32];

    private readonly List<string> _usedNames = [];
    private readonly string _module = ModuleOf(weightName);

    public string WeightName { get; } = weightName;

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public int GroupSize { get; } = Math.Min(config.GroupSize ?? columns, columns);

    public int Groups => Int4Matrix.GroupsFor(Columns, GroupSize);

    public QuantizationConfig Config { get; } = config;

    public IReadOnlyList<string> UsedNames => _usedNames;

    /// <summary>The module of a weight: its name without <c>.weight</c>.</summary>
    public static string ModuleOf(string weightName) => weightName[..weightName.LastIndexOf('.')];

    /// <exception cref="CheckpointException">It is missing, or of another type or shape.</exception>
    public CheckpointTensor Require(string part, TensorType[] types, params long[] shape)
    {
        if (Find(part, types, shape) is { } tensor)
        {
            return tensor;
        }

        string hint = tensors.Contains(WeightName)
            ? $" There is '{WeightName}': the module is not quantized, but the quantization's config does not exempt it."
            : " Finish the download, or use a checkpoint whose weights belong to its config.";
        throw new CheckpointException(
            CheckpointError.MissingTensor, tensors.Directory, NameOf(part), $"is in none of the checkpoint's files, but the config says that the module is quantized ({Config.Method}, {Config.Bits} bits).{hint}");
    }

    /// <summary>Null if there is none.</summary>
    /// <inheritdoc cref="Require" path="/exception"/>
    public CheckpointTensor? Find(string part, TensorType[] types, params long[] shape)
    {
        string name = NameOf(part);
        if (!tensors.Contains(name))
        {
            return null;
        }

        CheckpointTensor tensor = tensors.Get(name);
        if (!types.Contains(tensor.Type))
        {
            throw new CheckpointException(
                CheckpointError.UnsupportedType, tensor.FilePath, name, $"is stored as {tensor.Type.Spelling()}; {string.Join(" or ", types.Select(t => t.Spelling()))} is supported here. Use a checkpoint that was saved in the usual types.");
        }

        if (!tensor.Shape.SequenceEqual(shape))
        {
            throw new CheckpointException(
                CheckpointError.WrongShape, tensor.FilePath, name, $"has shape {TensorShape.Text(tensor.Shape)}, but a matrix of {Rows} outputs and {Columns} inputs ({Config.Method}, {Config.Bits} bits, groups of {GroupSize}) takes {TensorShape.Text(shape)}. Weights and config do not belong together.");
        }

        _usedNames.Add(name);
        return tensor;
    }

    /// <summary>The error for a matrix whose sizes the format cannot pack.</summary>
    public CheckpointException Unpackable(string part, string problem) => new(
        CheckpointError.WrongShape, tensors.Contains(NameOf(part)) ? tensors.Get(NameOf(part)).FilePath : tensors.Directory, NameOf(part), $"cannot be: {problem} (the matrix has {Rows} outputs and {Columns} inputs). Weights and config do not belong together.");

    private string NameOf(string part) => $"{_module}.{part}";
}
