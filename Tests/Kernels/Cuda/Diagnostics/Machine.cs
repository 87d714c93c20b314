using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Diagnostics;

namespace SpecExecNative.Tests.Kernels.Cuda.Diagnostics;

/// <summary>Machines as an inspection describes them, for tests to take something away from.</summary>
internal static class Machine
{
    /// <summary>An RTX 4090 with everything that it needs.</summary>
    public static CudaInspection Ready { get; } = new()
    {
        Driver = new DriverFacts(DriverState.Ready, "libcuda.so.1", new Version(12, 4), "550.54.15"),
        Cards = [new CardFacts(Card(0, 8, 9), 23L << 30, new PcieLink(1, 16, 4, 16))],
        Compiler = new CompilerFacts("/opt/libnvrtc.so.12", "pip", new Version(12, 4), [new(7, 5), new(8, 0), new(8, 6), new(8, 9), new(9, 0)]),
        Cache = new CacheFacts("/home/u/.cache/specexec/kernels", 66, 5 << 20, IsWritable: true),
        ShippedKernels = 100,
    };

    /// <summary>A machine that has never seen NVIDIA.</summary>
    public static CudaInspection Bare { get; } = Ready with
    {
        Driver = new DriverFacts(DriverState.Missing, Failure: "libcuda.so.1 (system): cannot be loaded"),
        Cards = [],
        Compiler = CompilerFacts.Missing("libnvrtc.so.12 (system): cannot be loaded"),
    };

    public static CudaCard Card(int ordinal, int major, int minor) => new(
        ordinal, $"Test Card {major}{minor}", new GpuArchitecture(major, minor), 24L << 30, 128, 99 << 10, 2, "0000:0A:00.0");
}
