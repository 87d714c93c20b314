using SpecExecNative.CudaEmulator.Driver.Reporting;
using SpecExecNative.CudaEmulator.Driver.Work;
using SpecExecNative.CudaEmulator.Settings;

namespace SpecExecNative.CudaEmulator.Driver.Streams;

/// <summary>Looks for two operations on the same bytes that nothing orders. Guarded by the scheduler's gate.</summary>
internal sealed class OrderCheck(WorkSite site)
{
    private readonly AccessHistory _history = new();

    /// <summary>Called when an operation has run.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="settled">See <see cref="AccessHistory.Add"/>.</param>
    internal Finding? Check(Operation operation, VectorClock settled)
    {
        if (!site.Settings.Checks.HasFlag(DriverChecks.Unordered))
        {
            return null;
        }

        Finding? finding = null;
        foreach (MemoryAccess access in operation.Work!.Accesses)
        {
            if (access.Kind == AccessKind.Reach || site.RegionOf(access.Address) is not { } region)
            {
                continue;
            }

            string? other = _history.Add(region, operation, access, settled);
            if (other is not null && finding is null)
            {
                string verb = access.Kind == AccessKind.Write ? "writes" : "reads";
                finding = new Finding("unordered", $"{operation.Work.Description} {verb} bytes of the allocation at 0x{region:x} which {other} with no stream order, event or wait of the host between them", CudaResult.LaunchFailed);
            }
        }

        return finding is null ? null : site.Misuse(finding);
    }

    internal void Forget(ulong region) => _history.Forget(region);
}
