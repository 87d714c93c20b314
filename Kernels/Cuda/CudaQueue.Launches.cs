using SpecExecNative.Kernels.Cuda.Interop;
using SpecExecNative.Kernels.Cuda.Launching;
using SpecExecNative.Kernels.Cuda.Packing;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>Ops that are more than one launch, or one of several: arguments are checked, memory is found.</summary>
internal sealed partial class CudaQueue
{
    /// <summary>output = input · weightᵀ with elements as weights, in so many slices of the inner dimension.</summary>
    private void Linear(in Product product, int slices)
    {
        int layout = RowLayout.Stride(product.Inputs);
        if (slices > 1)
        {
            LinearInSlices(product, _kernels.LinearSlices, layout, slices);
        }
        else
        {
            Launch(product, _kernels.Linear(product.Rows, product.Outputs, _isInvariant), layout);
        }
    }

    /// <summary>The same with weights of 4 bits.</summary>
    private void Int4Linear(in Product product, int layout)
    {
        int slices = _isInvariant ? 1 : _kernels.Int4Slices(product.Rows, product.Outputs, product.Inputs);
        if (slices > 1)
        {
            LinearInSlices(product, _kernels.Int4LinearSlices(product.Rows), layout, slices);
        }
        else
        {
            Launch(product, _kernels.Int4Linear(product.Rows, product.Outputs), layout);
        }
    }

    private void Launch(in Product product, LoadedKernel kernel, int weightLayout)
    {
        KernelArguments arguments = default;
        arguments.Add(product.Input);
        arguments.Add(product.Weight);
        arguments.Add(product.Bias);
        arguments.Add(product.Output);
        arguments.Add(product.Rows);
        arguments.Add(product.Outputs);
        arguments.Add(product.Inputs);
        arguments.Add(weightLayout);
        arguments.Add(product.OutputMode);
        kernel.Launch(Stream, Blocks(product.Rows, kernel.TileRows), Blocks(product.Outputs, kernel.TileColumns), ref arguments);
    }

    /// <summary>Two launches: the products of the slices, and their sum.</summary>
    private void LinearInSlices(in Product product, LoadedKernel slice, int weightLayout, int slices)
    {
        DevicePointer sums = _scratch.Take((long)slices * product.Rows * product.Outputs * sizeof(float));
        KernelArguments arguments = default;
        arguments.Add(product.Input);
        arguments.Add(product.Weight);
        arguments.Add(sums);
        arguments.Add(product.Rows);
        arguments.Add(product.Outputs);
        arguments.Add(product.Inputs);
        arguments.Add(weightLayout);
        slice.Launch(Stream, Blocks(product.Rows, slice.TileRows), Blocks(product.Outputs, slice.TileColumns), ref arguments, slices);

        LoadedKernel sum = _kernels.LinearSum;
        arguments = default;
        arguments.Add(sums);
        arguments.Add(product.Bias);
        arguments.Add(product.Output);
        arguments.Add(product.Rows);
        arguments.Add(product.Outputs);
        arguments.Add(slices);
        arguments.Add(product.OutputMode);
        sum.Launch(Stream, Blocks(Blocks(product.Outputs, 2), sum.Variant.Threads), product.Rows, ref arguments);
    }

    /// <summary>Weights of 4 bits as elements in rows.</summary>
    internal void Widen(DevicePointer packed, WeightShape shape, DevicePointer elements)
    {
        LoadedKernel kernel = _kernels.Dequantize;
        int stride = RowLayout.Stride(shape.Columns);
        KernelArguments arguments = default;
        arguments.Add(packed);
        arguments.Add(elements);
        arguments.Add(shape.Rows);
        arguments.Add(shape.Columns);
        arguments.Add(shape.Groups.Size);
        arguments.Add(shape.Groups.HasZeros ? 1 : 0);
        arguments.Add(stride);
        kernel.Launch(Stream, shape.Rows, Blocks(stride, kernel.Variant.Threads), ref arguments);
    }

    /// <summary>The second half of attention in parts.</summary>
    private void MergeAttention(
        DevicePointer partials, DevicePointer statistics, DevicePointer output, int tokens, AttentionShape shape, int splits, DevicePointer places)
    {
        int rows = tokens * shape.QueryHeads;
        KernelArguments arguments = default;
        arguments.Add(partials);
        arguments.Add(statistics);
        arguments.Add(output);
        arguments.Add(rows);
        arguments.Add(shape.HeadDim);
        arguments.Add(splits);
        arguments.Add(shape.QueryHeads);
        arguments.Add(places);
        _kernels.AttentionMerge.Launch(Stream, rows, 1, ref arguments);
    }

    /// <summary>A product whose arguments have been checked.</summary>
    private readonly record struct Product(
        DevicePointer Input, DevicePointer Weight, DevicePointer Bias, DevicePointer Output, int Rows, int Outputs, int Inputs, int OutputMode);
}
