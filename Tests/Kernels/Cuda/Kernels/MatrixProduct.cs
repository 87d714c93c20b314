using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>
/// Inputs of linear and swiglu, their results by a kernel and by sums in double. Values are those that the element can hold.
/// </summary>
internal sealed class MatrixProduct
{
    private readonly DType _element;

    public MatrixProduct(DType element, int rows, int columns, int depth, float[] input, float[] weight, float[] up)
    {
        _element = element;
        (Rows, Columns, Depth) = (rows, columns, depth);
        Input = ElementFormat.Round(element, input);
        Weight = ElementFormat.Round(element, weight);
        Up = ElementFormat.Round(element, up);
    }

    public int Rows { get; }

    public int Columns { get; }

    public int Depth { get; }

    public float[] Input { get; private init; }

    public float[] Weight { get; }

    public float[] Up { get; }

    public float[]? Bias { get; init; }

    public int Stride => (Depth + 7) / 8 * 8;

    public static MatrixProduct Normal(DType element, int rows, int columns, int depth, int seed)
    {
        var random = new Random(seed);
        return new MatrixProduct(
            element, rows, columns, depth,
            Numbers.Normal(random, rows * depth), Numbers.Normal(random, columns * depth), Numbers.Normal(random, columns * depth))
        {
            Bias = Numbers.Normal(random, columns),
        };
    }

    /// <summary>The same weights, other rows: row i is row rows[i] of this.</summary>
    public MatrixProduct Pick(params int[] rows)
    {
        float[] picked = [.. rows.SelectMany(row => Input.AsSpan(row * Depth, Depth).ToArray())];
        return new MatrixProduct(_element, rows.Length, Columns, Depth, picked, Weight, Up) { Bias = Bias };
    }

    /// <summary>Runs linear, storing float32.</summary>
    public float[] Linear(KernelVariant variant)
    {
        using var lab = new KernelLab(variant);
        return Linear(lab, variant);
    }

    public float[] Linear(KernelLab lab, KernelVariant variant)
    {
        ulong output = lab.Allocate<float>(Rows * Columns);
        Launch(lab, variant, output, mode: 0);
        return lab.Download<float>(output, Rows * Columns);
    }

    /// <summary>Runs linear with an output mode and something in the output before.</summary>
    public void Launch(KernelLab lab, KernelVariant variant, ulong output, int mode)
    {
        ulong bias = Bias is { } values ? lab.Upload(values) : 0;
        lab.Launch(
            Tiles(Rows, variant.TileRows), Tiles(Columns, variant.TileColumns),
            lab.Upload(EncodedInput), lab.Upload(PackedWeight), bias, output, Rows, Columns, Depth, Stride, mode);
    }

    /// <summary>Runs swiglu.</summary>
    public ushort[] SwiGlu(KernelVariant variant)
    {
        using var lab = new KernelLab(variant);
        return SwiGlu(lab, variant);
    }

    public ushort[] SwiGlu(KernelLab lab, KernelVariant variant)
    {
        ulong output = lab.Allocate<ushort>(Rows * Columns);
        lab.Launch(
            Tiles(Rows, variant.TileRows), Tiles(Columns, variant.TileColumns),
            lab.Upload(ElementFormat.Encode(_element, Input)), lab.Upload(Packed(Weight)), lab.Upload(Packed(Up)), output, Rows, Columns, Depth, Stride);
        return lab.Download<ushort>(output, Rows * Columns);
    }

    public double[] ExpectedLinear() => Sums(Weight, Bias);

    public double[] ExpectedSwiGlu()
        => [.. Sums(Weight, null).Zip(Sums(Up, null), (gate, up) => gate / (1 + Math.Exp(-gate)) * up)];

    private double[] Sums(float[] weight, float[]? bias)
    {
        double[] sums = new double[Rows * Columns];
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                double sum = bias?[column] ?? 0;
                for (int k = 0; k < Depth; k++)
                {
                    sum += (double)Input[(row * Depth) + k] * weight[(column * Depth) + k];
                }

                sums[(row * Columns) + column] = sum;
            }
        }

        return sums;
    }

    /// <summary>The input as elements.</summary>
    public ushort[] EncodedInput => ElementFormat.Encode(_element, Input);

    /// <summary>The weight as elements, in rows of whole chunks.</summary>
    public ushort[] PackedWeight => Packed(Weight);

    /// <summary>Rows of whole chunks, as weights are packed.</summary>
    private ushort[] Packed(float[] weight)
    {
        ushort[] packed = new ushort[Columns * Stride];
        for (int row = 0; row < Columns; row++)
        {
            ElementFormat.Encode(_element, weight[(row * Depth)..((row + 1) * Depth)]).CopyTo(packed, row * Stride);
        }

        return packed;
    }

    private static int Tiles(int size, int tile) => (size + tile - 1) / tile;
}
