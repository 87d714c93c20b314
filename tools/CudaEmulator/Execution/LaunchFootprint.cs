using System.Collections.Concurrent;
using SpecExecNative.CudaEmulator.Memory;

namespace SpecExecNative.CudaEmulator.Execution;

/// <summary>
/// Which global memory a launch has read and written, in pieces of <see cref="PieceBytes"/>: for whoever checks the
/// order between launches and copies. All threads of the host that execute the launch may add to it at once.
/// </summary>
public sealed class LaunchFootprint
{
    /// <summary>Resolution in bytes: what buffers are aligned to, so that neighbours are never taken for one.</summary>
    public const int PieceBytes = 256;

    private readonly ConcurrentDictionary<DeviceBlock, TouchedPieces> _blocks = new();

    /// <summary>The record of one block of memory.</summary>
    internal TouchedPieces Of(DeviceBlock block) => _blocks.GetOrAdd(block, static block => new TouchedPieces(block.Bytes));

    /// <summary>Runs of pieces that were touched, written ones and read ones apart.</summary>
    public IEnumerable<FootprintRun> Runs() => _blocks.SelectMany(entry =>
        entry.Value.Runs(written: true).Select(run => new FootprintRun(entry.Key, run.Offset, run.Bytes, IsWritten: true))
            .Concat(entry.Value.Runs(written: false).Select(run => new FootprintRun(entry.Key, run.Offset, run.Bytes, IsWritten: false))));
}
