namespace SpecExecNative.CudaEmulator.Driver.Devices;

/// <summary>
/// What a compute capability allows (CUDA C++ Programming Guide, "Technical Specifications per Compute Capability").
/// </summary>
/// <param name="SharedPerMultiprocessor">Bytes.</param>
/// <param name="SharedPerBlockOptin">Bytes a block may have after cuFuncSetAttribute.</param>
/// <param name="ThreadsPerMultiprocessor">Resident threads.</param>
/// <param name="BlocksPerMultiprocessor">Resident blocks.</param>
internal sealed record DeviceLimits(
    int SharedPerMultiprocessor, int SharedPerBlockOptin, int ThreadsPerMultiprocessor, int BlocksPerMultiprocessor)
{
    internal const int WarpSize = 32;
    internal const int ThreadsPerBlock = 1024;
    internal const int SharedPerBlock = 48 << 10;
    internal const int RegistersPerMultiprocessor = 64 << 10;
    internal const int MaxGridYZ = 65535;
    internal const int MaxBlockZ = 64;

    /// <summary>Bytes of shared memory that the system takes of each block, from compute capability 8.0 on.</summary>
    internal const int ReservedShared = 1 << 10;

    /// <param name="target">10 × major + minor.</param>
    internal static DeviceLimits For(int target) => target switch
    {
        < 75 => new(96 << 10, 96 << 10, 2048, 32),
        < 80 => new(64 << 10, 64 << 10, 1024, 16),
        80 => new(164 << 10, 163 << 10, 2048, 32),
        87 => new(164 << 10, 163 << 10, 1536, 16),
        < 89 => new(100 << 10, 99 << 10, 1536, 16),
        89 => new(100 << 10, 99 << 10, 1536, 24),
        < 120 => new(228 << 10, 227 << 10, 2048, 32),
        _ => new(100 << 10, 99 << 10, 1536, 24),
    };
}
