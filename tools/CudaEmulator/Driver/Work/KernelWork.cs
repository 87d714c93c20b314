using System.Buffers.Binary;
using SpecExecNative.CudaEmulator.Driver.Reporting;
using SpecExecNative.CudaEmulator.Driver.Streams;
using SpecExecNative.CudaEmulator.Execution;
using SpecExecNative.CudaEmulator.Memory;
using SpecExecNative.CudaEmulator.Ptx;
using SpecExecNative.CudaEmulator.Settings;

namespace SpecExecNative.CudaEmulator.Driver.Work;

/// <summary>One launch of a kernel.</summary>
internal sealed class KernelWork(PtxKernel kernel, LaunchShape shape, byte[] parameters) : DeviceWork
{
    private MemoryAccess[] _footprint = [];
    private MemoryAccess[] _accesses = [];

    internal override Engine Engine => Engine.Compute;

    internal override string Description => $"kernel {kernel.Name}";

    internal override IReadOnlyList<MemoryAccess> Footprint => _footprint;

    internal override IReadOnlyList<MemoryAccess> Accesses => _accesses;

    internal override void Queued(WorkSite site) => _footprint = [.. Reached(site.Memory)];

    internal override void Execute(WorkSite site)
    {
        var touched = site.Checks(DriverChecks.Unordered) ? new LaunchFootprint() : null;
        try
        {
            ExecutionOptions options = site.Settings.Execution with { Footprint = touched };
            KernelLauncher.Run(kernel, shape, parameters, site.Memory, options, site.Cancelled);
        }
        catch (KernelFault fault)
        {
            throw new DeviceFault(new Finding(SettingsValue.Hyphenate(fault.Kind.ToString()), fault.Message, ResultOf(fault.Kind)));
        }

        _accesses = [.. (touched?.Runs() ?? []).Select(AccessOf)];
        site.Record.CountWork(Description, 0);
    }

    // What lies behind a pointer among the parameters may be touched.
    private IEnumerable<MemoryAccess> Reached(DeviceMemory memory)
    {
        foreach (PtxParameter parameter in kernel.Parameters)
        {
            if (parameter.Bytes != sizeof(ulong))
            {
                continue;
            }

            ulong address = BinaryPrimitives.ReadUInt64LittleEndian(parameters.AsSpan(parameter.Offset));
            if (memory.Find(address) is { } block)
            {
                yield return new MemoryAccess(block.Address, block.Bytes, AccessKind.Reach);
            }
        }
    }

    private static MemoryAccess AccessOf(FootprintRun run) =>
        new(run.Block.Address + (ulong)run.Offset, run.Bytes, run.IsWritten ? AccessKind.Write : AccessKind.Read);

    private static CudaResult ResultOf(FaultKind kind) => kind switch
    {
        FaultKind.IllegalAddress => CudaResult.IllegalAddress,
        FaultKind.Misaligned => CudaResult.MisalignedAddress,
        FaultKind.AddressSpace => CudaResult.InvalidAddressSpace,
        FaultKind.EndlessLoop => CudaResult.LaunchTimeout,
        FaultKind.InvalidLaunch => CudaResult.LaunchOutOfResources,
        FaultKind.InvalidOperand => CudaResult.IllegalInstruction,
        _ => CudaResult.LaunchFailed,
    };
}
