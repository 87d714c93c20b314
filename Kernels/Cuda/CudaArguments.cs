using SpecExecNative.Kernels.Cuda.Interop;
using SpecExecNative.Kernels.Cuda.Packing;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>The edge between views and a card's addresses: everything an op is given is checked here, once.</summary>
internal sealed unsafe class CudaArguments(CudaDevice device)
{
    /// <summary>The address of an F32 matrix of exactly this shape.</summary>
    public DevicePointer F32(string op, string argument, DeviceTensor tensor, int rows, int columns)
        => Matrix(op, argument, tensor, DType.F32, rows, columns);

    /// <summary>The address of an I32 row of exactly this many elements.</summary>
    public DevicePointer I32(string op, string argument, DeviceTensor tensor, int count)
        => Matrix(op, argument, tensor, DType.I32, 1, count);

    /// <summary>The address of a matrix of activations.</summary>
    public DevicePointer Activations(string op, string argument, DeviceTensor tensor, int rows, int columns)
        => Matrix(op, argument, tensor, device.ActivationType, rows, columns);

    /// <summary>The address of a matrix of exactly this type and shape.</summary>
    public DevicePointer Matrix(string op, string argument, DeviceTensor tensor, DType type, int rows, int columns)
    {
        ArgumentChecks.Matrix(op, argument, tensor, type, rows, columns);
        return Range(op, argument, tensor.Buffer, tensor.ByteOffset, (Int128)rows * columns * type.Bytes(), type.Bytes());
    }

    /// <summary>The address of a packed matrix with this many inputs.</summary>
    public DevicePointer Weight(string op, string argument, WeightMatrix weight, int columns)
    {
        ArgumentChecks.Weight(op, argument, weight.Shape, columns);
        return Range(op, argument, weight.Buffer, weight.ByteOffset, PackedLayout.Bytes(weight.Shape), DeviceBuffer.Alignment);
    }

    /// <summary>The address of a cache layer with these heads.</summary>
    public DevicePointer Cache(string op, KvCacheLayer cache, int kvHeads, int headDim)
    {
        ArgumentChecks.Cache(op, cache, device.KvType, kvHeads, headDim);
        const int LoadBytes = 16;
        if (headDim * device.KvType.Bytes() % LoadBytes != 0)
        {
            throw new ArgumentException($"{op}: heads of {headDim} elements; on a card they are a multiple of {LoadBytes / device.KvType.Bytes()}.", nameof(cache));
        }

        return Range(op, nameof(cache), cache.Buffer, cache.ByteOffset, (Int128)2 * kvHeads * cache.Slots * headDim * device.KvType.Bytes(), LoadBytes);
    }

    /// <summary>Refuses an output that shares memory with an input that is still being read.</summary>
    public static void Disjoint(string op, string argument, DevicePointer output, long outputBytes, DevicePointer input, long inputBytes)
    {
        if (output.Address < input.Address + (ulong)inputBytes && input.Address < output.Address + (ulong)outputBytes)
        {
            throw new ArgumentException($"{op}: output overlaps {argument}.", argument);
        }
    }

    /// <summary>The address of a range of a pinned buffer.</summary>
    public static byte* Pinned(string op, string argument, PinnedBuffer buffer, long offset, long bytes)
    {
        if (buffer is not CudaPinnedBuffer pinned)
        {
            throw new ArgumentException($"{op}: {argument} is not pinned memory of a CUDA device.", argument);
        }

        ArgumentChecks.Range(op, argument, pinned.Bytes, offset, bytes, 1);
        return pinned.Address + offset;
    }

    /// <summary>The address of a range of a device buffer.</summary>
    public DevicePointer Range(string op, string argument, DeviceBuffer buffer, long offset, Int128 bytes, int alignment)
    {
        if (bytes == 0 && buffer is null)
        {
            return default;
        }

        if (buffer is not CudaBuffer memory || memory.Device != device)
        {
            throw new ArgumentException($"{op}: {argument} is not memory of {device.Name}.", argument);
        }

        ArgumentChecks.Range(op, argument, memory.Bytes, offset, bytes, alignment);
        return memory.Pointer + offset;
    }
}
