namespace SpecExecNative.Kernels.Cuda;

/// <summary>NVIDIA's libraries that this program can use. None of them comes with it.</summary>
public enum CudaLibrary
{
    /// <summary>The driver's own library: without it there is no card.</summary>
    Driver,

    /// <summary>The run-time compiler; without it the PTX that comes along is used.</summary>
    Nvrtc,

    /// <summary>cuBLAS: only compared with, never needed.</summary>
    Cublas,
}
