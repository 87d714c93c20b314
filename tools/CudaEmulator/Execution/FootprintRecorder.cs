using System.Numerics;
using SpecExecNative.CudaEmulator.Execution.Memory;
using SpecExecNative.CudaEmulator.Memory;

namespace SpecExecNative.CudaEmulator.Execution;

/// <summary>Adds one executor's global accesses to the footprint of its launch, where somebody asked for one.</summary>
internal sealed unsafe class FootprintRecorder
{
    private LaunchFootprint? _footprint;
    private DeviceBlock? _block;
    private TouchedPieces? _pieces;

    public void Begin(LaunchFootprint? footprint) => (_footprint, _block, _pieces) = (footprint, null, null);

    /// <summary>Records what the lanes of a warp touch, all of it in one block of memory.</summary>
    /// <param name="block">The block.</param>
    /// <param name="mask">The lanes.</param>
    /// <param name="access">What they do.</param>
    /// <param name="addresses">Address of each lane.</param>
    /// <param name="least">The lowest of them.</param>
    /// <param name="end">First byte behind what all of them touch.</param>
    public void Add(DeviceBlock block, uint mask, Access access, ulong* addresses, ulong least, ulong end)
    {
        if (_footprint is null)
        {
            return;
        }

        if (_block != block)
        {
            (_block, _pieces) = (block, _footprint.Of(block));
        }

        // Lanes side by side are one run; lanes apart must not claim what lies between them.
        if (end - least <= (ulong)(BitOperations.PopCount(mask) * access.Bytes))
        {
            Touch(access.Kind, (long)(least - block.Address), (long)(end - least));
            return;
        }

        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            Touch(access.Kind, (long)(addresses[BitOperations.TrailingZeroCount(rest)] - block.Address), access.Bytes);
        }
    }

    private void Touch(AccessKind kind, long offset, long bytes)
    {
        if (kind is AccessKind.Read or AccessKind.Atomic)
        {
            _pieces!.Touch(offset, bytes, written: false);
        }

        if (kind is AccessKind.Write or AccessKind.Atomic)
        {
            _pieces!.Touch(offset, bytes, written: true);
        }
    }
}
