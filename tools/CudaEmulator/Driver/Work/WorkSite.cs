using SpecExecNative.CudaEmulator.Driver.Allocations;
using SpecExecNative.CudaEmulator.Driver.Reporting;
using SpecExecNative.CudaEmulator.Memory;
using SpecExecNative.CudaEmulator.Settings;

namespace SpecExecNative.CudaEmulator.Driver.Work;

/// <summary>What work of one context is executed with.</summary>
internal sealed class WorkSite(EmulatorSettings settings, DriverRecord record, DeviceMemory memory, PinnedMemory pinned) : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();

    internal EmulatorSettings Settings { get; } = settings;

    internal DriverRecord Record { get; } = record;

    internal DeviceMemory Memory { get; } = memory;

    internal PinnedMemory Pinned { get; } = pinned;

    internal CancellationToken Cancelled => _cancellation.Token;

    /// <summary>Finds unfinished work among whose accesses to these bytes is one of the kind asked for.</summary>
    internal Func<ulong, long, Func<MemoryAccess, bool>?, DeviceWork?> FindUser { get; set; } = (_, _, _) => null;

    internal void Cancel() => _cancellation.Cancel();

    internal bool Checks(DriverChecks check) => Settings.Checks.HasFlag(check);

    internal bool IsMappedHost(ulong address) => Memory.Find(address)?.Kind == DeviceBlockKind.MappedHost;

    /// <summary>The first byte of the allocation that holds this one; null for pageable memory. Needs the gate.</summary>
    internal ulong? RegionOf(ulong address) => Memory.Find(address)?.Address ?? Pinned.Find(address, 1)?.Address;

    /// <summary>The live block that holds all of these bytes.</summary>
    /// <exception cref="DeviceFault">There is none.</exception>
    internal DeviceBlock Require(ulong address, long bytes, string description)
    {
        DeviceBlock? block = Memory.Find(address);
        return block is not null && address + (ulong)bytes <= block.End
            ? block
            : throw new DeviceFault(new Finding("illegal-address", $"{description}: no live allocation holds 0x{address:x} and the {bytes} bytes from there", CudaResult.IllegalAddress));
    }

    /// <summary>Records a finding about the host program.</summary>
    /// <returns>The finding where it is to take the context down; null where it is only to be reported.</returns>
    internal Finding? Misuse(Finding finding)
    {
        if (Settings.Misuse == MisusePolicy.Error)
        {
            return finding;
        }

        Record.Add(finding);
        return null;
    }

    public void Dispose() => _cancellation.Dispose();
}
