using SpecExecNative.CudaEmulator.Checks;
using SpecExecNative.CudaEmulator.Execution.Decoding;
using SpecExecNative.CudaEmulator.Memory;
using SpecExecNative.CudaEmulator.Ptx;

namespace SpecExecNative.CudaEmulator.Execution;

/// <summary>What all blocks of one launch share.</summary>
internal sealed class Launch(
    PtxKernel kernel,
    LaunchShape shape,
    byte[] parameters,
    DeviceMemory memory,
    ExecutionOptions options,
    uint firstSerial)
{
    private KernelFault? _fault;

    public PtxKernel Kernel => kernel;

    public KernelProgram Program => kernel.Program;

    public LaunchShape Shape => shape;

    public byte[] Parameters => parameters;

    public DeviceMemory Memory => memory;

    public ExecutionOptions Options => options;

    /// <summary>Serial number of block 0. Serials rise over all launches, so older stamps are those of older
    /// launches.</summary>
    public uint FirstSerial => firstSerial;

    public SyncVariables SyncVariables { get; } = new();

    /// <summary>The first fault; the other blocks stop where they are.</summary>
    public KernelFault? Fault => _fault;

    public int Warps => (int)((shape.Threads + 31) / 32);

    public void Fail(KernelFault fault) => Interlocked.CompareExchange(ref _fault, fault, null);
}
