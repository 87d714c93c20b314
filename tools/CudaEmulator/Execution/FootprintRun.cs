using SpecExecNative.CudaEmulator.Memory;

namespace SpecExecNative.CudaEmulator.Execution;

/// <summary>Consecutive bytes of a block that a launch has touched.</summary>
/// <param name="Block">The block.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Bytes">How many.</param>
/// <param name="IsWritten">Whether they were written; else read.</param>
public readonly record struct FootprintRun(DeviceBlock Block, long Offset, long Bytes, bool IsWritten);
