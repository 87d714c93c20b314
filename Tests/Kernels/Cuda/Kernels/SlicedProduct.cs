using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>A product in slices of its inner dimension, and their sum: two kernels.</summary>
internal sealed class SlicedProduct(MatrixProduct product, KernelTable table, DType element)
{
    private readonly KernelVariant _products = table.LinearSlices(element);
    private readonly KernelVariant _sum = table.LinearSum(element);

    /// <summary>Texts in the place of the kernels' sources.</summary>
    public string? ProductSource { get; init; }

    public string? SumSource { get; init; }

    public float[] Linear(int slices)
    {
        using var lab = new KernelLab(_sum, SumSource);
        ulong output = lab.Allocate<float>(product.Rows * product.Columns);
        Launch(lab, slices, output, mode: 0);
        return lab.Download<float>(output, product.Rows * product.Columns);
    }

    /// <summary>Sums the slices' products, with an output mode and something in the output before.</summary>
    public void Launch(KernelLab lab, int slices, ulong output, int mode)
    {
        ulong bias = product.Bias is { } values ? lab.Upload(values) : 0;
        lab.Launch(
            Tiles(Tiles(product.Columns, 2), _sum.Threads), product.Rows,
            lab.Upload(Products(slices)), bias, output, product.Rows, product.Columns, slices, mode);
    }

    private float[] Products(int slices)
    {
        using var lab = new KernelLab(_products, ProductSource);
        int count = slices * product.Rows * product.Columns;
        ulong sums = lab.Allocate<float>(count);
        lab.Launch(
            (Tiles(product.Rows, _products.TileRows), Tiles(product.Columns, _products.TileColumns), slices),
            lab.Upload(product.EncodedInput), lab.Upload(product.PackedWeight), sums, product.Rows, product.Columns, product.Depth, product.Stride);
        return lab.Download<float>(sums, count);
    }

    private static int Tiles(int size, int tile) => (size + tile - 1) / tile;
}
