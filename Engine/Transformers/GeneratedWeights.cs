using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Engine.Transformers;

/// <summary>Weights that nobody trained.</summary>
internal sealed class GeneratedWeights(ModelConfig config, string name, Int4Groups? groups) : WeightCatalog
{
    private const string WeightEnding = ".weight";

    public override string Name => name;

    public override ModelConfig Config => config;

    public override string Identity => $"generated: {config with { SlidingWindows = [] }}, {groups}";

    public override DType PreferredElement => DType.F16;

    public override WeightSource Matrix(string name, int rows, int columns)
        => WeightSource.Generated(name, GroupsOf(name, columns) is { } int4
            ? new WeightShape(rows, columns, DType.Int4, int4)
            : new WeightShape(rows, columns, DType.F16));

    public override WeightSource Vector(string name, int length) => WeightSource.Generated(name, new WeightShape(1, length, DType.F32));

    private Int4Groups? GroupsOf(string matrix, int columns)
    {
        if (matrix is TensorNames.Embedding or TensorNames.Head || !matrix.EndsWith(WeightEnding, StringComparison.Ordinal))
        {
            return null;
        }

        if (groups is { } asked)
        {
            return asked with { Size = Math.Min(asked.Size, columns) };
        }

        return config.Quantization is { } quantization && quantization.IsQuantized(matrix[..^WeightEnding.Length])
            ? new Int4Groups(Math.Min(quantization.GroupSize ?? columns, columns), !quantization.IsSymmetric)
            : null;
    }
}
