using System.Runtime.InteropServices;
using SpecExecNative.TrainPair.Storage;
using static TorchSharp.torch;

namespace SpecExecNative.TrainPair.Model;

/// <summary>Tensors to their stored form and back.</summary>
internal static class TensorBytes
{
    public const string Float16 = "F16";
    public const string Float32 = "F32";

    /// <summary>A stored copy in <paramref name="dtype"/> (F16 or F32); float16 rounds to nearest even.</summary>
    public static StoredTensor Store(Tensor tensor, string dtype)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        Tensor converted = tensor.detach().to(dtype == Float16 ? ScalarType.Float16 : ScalarType.Float32).contiguous();
        return new StoredTensor(dtype, tensor.shape, converted.bytes.ToArray());
    }

    /// <summary>A float32 tensor that belongs to no dispose scope.</summary>
    public static Tensor Load(StoredTensor stored)
    {
        using var scope = NewDisposeScope();
        float[] values = stored.DType switch
        {
            Float32 => MemoryMarshal.Cast<byte, float>(stored.Bytes).ToArray(),
            Float16 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(stored.Bytes).ToArray(), value => (float)value),
            _ => throw new NotSupportedException($"the trainer stores no tensors of dtype {stored.DType}"),
        };
        return tensor(values).reshape(stored.Shape).DetachFromDisposeScope();
    }

    /// <summary>The values of a tensor, row-major.</summary>
    public static float[] ToArray(Tensor tensor)
    {
        using Tensor contiguous = tensor.contiguous();
        return contiguous.data<float>().ToArray();
    }
}
