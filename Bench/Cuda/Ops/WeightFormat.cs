using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Packing;

namespace SpecExecNative.Bench.Cuda.Ops;

/// <summary>How the weights of a product are stored.</summary>
/// <param name="Name">What tables call them.</param>
/// <param name="Groups">Of 4-bit weights; null: they are the card's elements.</param>
internal sealed record WeightFormat(string Name, Int4Groups? Groups)
{
    /// <summary>A matrix of random weights.</summary>
    public WeightMatrix Make(OpSite site, BenchMemory memory, int outputs, int inputs, int seed)
        => Groups is { } groups ? memory.Int4Weight(outputs, inputs, groups, seed) : memory.Weight(outputs, inputs, site.Element, seed);

    /// <summary>The same numbers as elements: the matrix itself, or what the kernel <c>dequantize</c> makes of it.</summary>
    public static WeightMatrix Dense(OpSite site, BenchMemory memory, WeightMatrix weight)
    {
        if (weight.Shape.Type != DType.Int4)
        {
            return weight;
        }

        var shape = new WeightShape(weight.Shape.Rows, weight.Shape.Columns, site.Element);
        DeviceTensor elements = memory.Uninitialised(site.Element, shape.Rows, RowLayout.Stride(shape.Columns));
        Widen(site.Session.Queue, weight, elements);
        site.Session.Queue.Synchronize();
        return new WeightMatrix(elements.Buffer, 0, shape);
    }

    /// <summary>The kernel <c>dequantize</c>.</summary>
    public static void Widen(ComputeQueue queue, WeightMatrix weight, DeviceTensor elements)
        => ((CudaQueue)queue).Widen(((CudaBuffer)weight.Buffer).Pointer, weight.Shape, ((CudaBuffer)elements.Buffer).Pointer);
}
