using System.Runtime.Intrinsics;

namespace SpecExecNative.Kernels.Cpu;

/// <summary>Which registers the kernels are compiled for. All of them give the same bits.</summary>
internal enum SimdWidth
{
    /// <summary>128-bit registers (NEON, SSE), or none.</summary>
    Bits128,

    /// <summary>256-bit registers (AVX2).</summary>
    Bits256,

    /// <summary>512-bit registers (AVX-512).</summary>
    Bits512,
}

/// <summary>What this machine has.</summary>
internal static class SimdWidthExtensions
{
    public static SimdWidth Widest =>
        Vector512.IsHardwareAccelerated ? SimdWidth.Bits512
        : Vector256.IsHardwareAccelerated ? SimdWidth.Bits256
        : SimdWidth.Bits128;

    public static string DisplayName(this SimdWidth width) => width switch
    {
        SimdWidth.Bits512 => "AVX-512",
        SimdWidth.Bits256 => "AVX2",
        _ when Vector128.IsHardwareAccelerated => "128-bit SIMD",
        _ => "scalar",
    };
}
