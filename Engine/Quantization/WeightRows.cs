using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Engine.Quantization;

/// <summary>The rows of a dense weight matrix <c>[N, K]</c>. May be read by many threads at once.</summary>
internal abstract class WeightRows(int rows, int columns)
{
    /// <summary>N: outputs.</summary>
    public int Rows { get; } = rows;

    /// <summary>K: inputs.</summary>
    public int Columns { get; } = columns;

    public abstract void Read(int row, Span<float> destination);

    /// <summary>What went wrong, told of this matrix.</summary>
    public abstract Exception Refusal(string problem);

    public static WeightRows Of(CheckpointTensor tensor) => new TensorRows(tensor);

    private sealed class TensorRows(CheckpointTensor tensor) : WeightRows((int)tensor.Shape[0], (int)tensor.Shape[1])
    {
        public override void Read(int row, Span<float> destination) => tensor.Widen((long)row * Columns, destination);

        public override Exception Refusal(string problem) => new Transformers.UnsupportedWeightException(tensor.FilePath, tensor.Name, $"{problem}. The checkpoint is damaged.");
    }
}
