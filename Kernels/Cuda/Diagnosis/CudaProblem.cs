namespace SpecExecNative.Kernels.Cuda;

/// <summary>Something in the way of computing on a card.</summary>
/// <param name="What">One sentence.</param>
/// <param name="Cure">What to do about it.</param>
public sealed record CudaProblem(string What, string Cure)
{
    /// <summary>Cures that more than one problem has.</summary>
    internal static class Cures
    {
        public static string Driver => OperatingSystem.IsWindows()
            ? "Install NVIDIA's driver, 528 or later, from nvidia.com/drivers, and restart."
            : "Install NVIDIA's driver, 525 or later (Debian: nvidia-driver from non-free; Ubuntu: ubuntu-drivers install), restart, and see that nvidia-smi shows the card. In a container: start it with --gpus all.";

        public static string Card => "Use a GeForce RTX 20 or later, or compute on the CPU (--device cpu).";

        public static string Nvrtc => OperatingSystem.IsWindows()
            ? "pip install nvidia-cuda-nvrtc-cu12, or install the CUDA toolkit 12, or let SPECEXEC_NVRTC name nvrtc64_120_0.dll."
            : "pip install nvidia-cuda-nvrtc-cu12, or install libnvrtc12 (Debian, non-free) or cuda-nvrtc-12-x (NVIDIA's repository), or let SPECEXEC_NVRTC name libnvrtc.so.12.";

        public static string Mismatch(int driverMajor) => $"Install an NVRTC of CUDA {driverMajor} (pip install nvidia-cuda-nvrtc-cu{driverMajor}), or a newer driver.";
    }
}
