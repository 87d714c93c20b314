using SpecExecNative.CudaEmulator.Memory;
using SpecExecNative.CudaEmulator.Ptx;

namespace SpecExecNative.CudaEmulator.Execution;

/// <summary>Runs kernels. The static methods may be called from several threads at once.</summary>
public static class KernelLauncher
{
    /// <summary>Runs one launch to its end on the calling thread and the pool's.</summary>
    /// <param name="kernel">The kernel; its module's variables must be bound.</param>
    /// <param name="shape">Grid, block and dynamic shared memory.</param>
    /// <param name="parameters">The parameter block, <see cref="PtxKernel.ParameterBytes"/> bytes.</param>
    /// <param name="memory">Memory the kernel may touch.</param>
    /// <param name="options">Checks and schedule.</param>
    /// <param name="cancellation">Ends the launch between two instructions.</param>
    /// <exception cref="KernelFault">The kernel or the launch is at fault.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static void Run(
        PtxKernel kernel,
        LaunchShape shape,
        ReadOnlySpan<byte> parameters,
        DeviceMemory memory,
        ExecutionOptions options,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(options);
        throw new KernelFault(FaultKind.InvalidLaunch, kernel.Name, default, -1, "", "execution has not been written yet");
    }
}
