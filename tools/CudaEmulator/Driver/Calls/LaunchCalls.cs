using SpecExecNative.CudaEmulator.Driver.Devices;
using SpecExecNative.CudaEmulator.Driver.Modules;
using SpecExecNative.CudaEmulator.Driver.Streams;
using SpecExecNative.CudaEmulator.Driver.Work;
using SpecExecNative.CudaEmulator.Execution;
using SpecExecNative.CudaEmulator.Ptx;

namespace SpecExecNative.CudaEmulator.Driver.Calls;

/// <summary>cuLaunchKernel.</summary>
internal static unsafe class LaunchCalls
{
    // CU_LAUNCH_PARAM_*.
    private const nint EndOfExtra = 0;
    private const nint BufferPointer = 1;
    private const nint BufferSize = 2;

    /// <param name="driver">The driver.</param>
    /// <param name="function">Handle of the kernel.</param>
    /// <param name="shape">Grid, block and dynamic shared bytes; the limit is filled in here.</param>
    /// <param name="stream">Handle of the queue.</param>
    /// <param name="parameters">A pointer to each parameter's value; null when <paramref name="extra"/> is given.</param>
    /// <param name="extra">One block with all parameters, as CU_LAUNCH_PARAM_BUFFER_POINTER and _SIZE say.</param>
    internal static void Launch(DriverState driver, nint function, LaunchShape shape, nint stream, void** parameters, void** extra)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            Function kernel = driver.Handles.Get<Function>(function);
            CudaStream queue = StreamCalls.Find(driver, context, stream);
            Validate(kernel, shape);
            byte[] block = extra is null ? Gather(kernel.Kernel, parameters) : Take(kernel.Kernel, parameters, extra);
            int limit = Math.Max(DeviceLimits.SharedPerBlock, kernel.Kernel.StaticSharedBytes + kernel.MaxDynamicSharedBytes);
            context.Enqueue(queue, new KernelWork(kernel.Kernel, shape with { SharedLimitBytes = limit }, block));
        }
    }

    private static void Validate(Function function, LaunchShape shape)
    {
        bool isEmpty = shape.GridX <= 0 || shape.GridY <= 0 || shape.GridZ <= 0 || shape.BlockX <= 0 || shape.BlockY <= 0 || shape.BlockZ <= 0;
        bool isTooLarge = shape.GridY > DeviceLimits.MaxGridYZ || shape.GridZ > DeviceLimits.MaxGridYZ
            || shape.BlockZ > DeviceLimits.MaxBlockZ || shape.Threads > DeviceLimits.ThreadsPerBlock;
        bool hasTooMuchShared = shape.DynamicSharedBytes < 0 || shape.DynamicSharedBytes > function.MaxDynamicSharedBytes;
        CudaFailure.ThrowIf(isEmpty || isTooLarge || hasTooMuchShared, CudaResult.InvalidValue);
        CudaFailure.ThrowIf(shape.Threads > function.Kernel.MaxThreads, CudaResult.InvalidValue);
    }

    private static byte[] Gather(PtxKernel kernel, void** parameters)
    {
        CudaFailure.ThrowIf(parameters is null && kernel.Parameters.Count > 0, CudaResult.InvalidValue);
        byte[] block = new byte[kernel.ParameterBytes];
        for (int i = 0; i < kernel.Parameters.Count; i++)
        {
            CudaFailure.ThrowIf(parameters[i] is null, CudaResult.InvalidValue);
            PtxParameter parameter = kernel.Parameters[i];
            new ReadOnlySpan<byte>(parameters[i], parameter.Bytes).CopyTo(block.AsSpan(parameter.Offset));
        }

        return block;
    }

    private static byte[] Take(PtxKernel kernel, void** parameters, void** extra)
    {
        byte* buffer = null;
        nuint* size = null;
        for (; (nint)(*extra) != EndOfExtra; extra += 2)
        {
            switch ((nint)(*extra))
            {
                case BufferPointer:
                    buffer = (byte*)extra[1];
                    break;
                case BufferSize:
                    size = (nuint*)extra[1];
                    break;
                default:
                    throw new CudaFailure(CudaResult.InvalidValue);
            }
        }

        CudaFailure.ThrowIf(parameters is not null || buffer is null || size is null, CudaResult.InvalidValue);
        CudaFailure.ThrowIf(*size != (nuint)kernel.ParameterBytes, CudaResult.InvalidValue);
        return new ReadOnlySpan<byte>(buffer, kernel.ParameterBytes).ToArray();
    }
}
