namespace SpecExecNative.CudaEmulator.Execution;

/// <summary>Grid, block and dynamic shared memory of one launch.</summary>
/// <param name="GridX">Blocks along x.</param>
/// <param name="GridY">Blocks along y.</param>
/// <param name="GridZ">Blocks along z.</param>
/// <param name="BlockX">Threads along x.</param>
/// <param name="BlockY">Threads along y.</param>
/// <param name="BlockZ">Threads along z.</param>
/// <param name="DynamicSharedBytes">Dynamic shared memory of a block in bytes.</param>
/// <param name="SharedLimitBytes">Most static and dynamic shared bytes together: 48 KB, or what the function was opted
/// in for.</param>
public readonly record struct LaunchShape(
    int GridX,
    int GridY,
    int GridZ,
    int BlockX,
    int BlockY,
    int BlockZ,
    int DynamicSharedBytes = 0,
    int SharedLimitBytes = 48 * 1024)
{
    /// <summary>Threads of a block.</summary>
    public long Threads => (long)BlockX * BlockY * BlockZ;

    /// <summary>Blocks of the grid.</summary>
    public long Blocks => (long)GridX * GridY * GridZ;
}
