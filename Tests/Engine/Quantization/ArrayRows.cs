using SpecExecNative.Engine.Quantization;

namespace SpecExecNative.Tests.Engine.Quantization;

/// <summary>Weights that a test makes up.</summary>
internal sealed class ArrayRows(float[,] weights) : WeightRows(weights.GetLength(0), weights.GetLength(1))
{
    public static ArrayRows Random(int seed, int rows, int columns)
    {
        Random random = new(seed);
        float[,] weights = new float[rows, columns];
        foreach (ref float weight in System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref weights[0, 0], weights.Length))
        {
            weight = (float)((random.NextDouble() + random.NextDouble() + random.NextDouble()) - 1.5);
        }

        return new ArrayRows(weights);
    }

    public float this[int row, int column] => weights[row, column];

    public override void Read(int row, Span<float> destination)
    {
        for (int column = 0; column < Columns; column++)
        {
            destination[column] = weights[row, column];
        }
    }

    public override Exception Refusal(string problem) => new InvalidDataException(problem);
}
