namespace SpecExecNative.Kernels.Cuda;

/// <summary>Cards that share launch constants, because they share what a kernel can be built of.</summary>
public enum KernelGeneration
{
    /// <summary>Compute capability 7.5: f16 tensor cores (m16n8k8), no asynchronous copies, 64 KB of shared memory a block.</summary>
    Turing,

    /// <summary>8.0 and later: f16 and bf16 (m16n8k16), asynchronous copies, 99 KB of shared memory a block.</summary>
    Ampere,
}
