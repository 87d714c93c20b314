namespace SpecExecNative.Kernels.Cuda.Diagnostics;

/// <summary>The packages that bring what may be missing, as they are called for CUDA 12 and 13.</summary>
internal static class Cures
{
    public static IReadOnlyList<Cure> InstallDriver { get; } =
    [
        new("Debian", "enable non-free in the package sources, then: sudo apt install nvidia-driver; restart"),
        new("Ubuntu", "sudo ubuntu-drivers install; restart"),
        new("Windows", "install the driver from nvidia.com/drivers; restart"),
    ];

    public static IReadOnlyList<Cure> PassIntoContainer { get; } =
    [
        new("Docker", "install nvidia-container-toolkit on the host and start the container with --gpus all"),
        new("Podman", "install nvidia-container-toolkit on the host and start the container with --device nvidia.com/gpu=all"),
    ];

    public static IReadOnlyList<Cure> Restart { get; } = [new("everywhere", "restart the machine; if that does not help, install the driver again")];

    /// <param name="cudaMajor">The driver's CUDA generation: later libraries would be refused.</param>
    public static IReadOnlyList<Cure> InstallCompiler(int cudaMajor)
    {
        string wheel = cudaMajor >= 13 ? "nvidia-cuda-nvrtc" : "nvidia-cuda-nvrtc-cu12";
        return
        [
            new("pip", $"pip install {wheel}"),
            new("Debian", "enable non-free in the package sources, then: sudo apt install libnvrtc12"),
            new("Ubuntu", "sudo apt install libnvrtc12"),
            new("Windows", "winget install Nvidia.CUDA"),
            new("everywhere", "or name one that lies elsewhere: SPECEXEC_NVRTC=/path/to/the/library"),
        ];
    }

    public static IReadOnlyList<Cure> Everywhere(string how) => [new("everywhere", how)];
}
