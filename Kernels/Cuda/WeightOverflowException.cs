namespace SpecExecNative.Kernels.Cuda;

/// <summary>A weight is too large for the element type that the device computes with.</summary>
public sealed class WeightOverflowException : Exception
{
    internal WeightOverflowException(float weight, DType element)
        : base($"A weight is {weight:R}, which {element} cannot hold. Compute in BF16 if the card can (compute capability 8.0 or later), or on the CPU.")
    {
    }
}
