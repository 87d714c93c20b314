using System.Collections.Concurrent;
using SpecExecNative.CudaEmulator.Checks;
using SpecExecNative.CudaEmulator.Memory;
using SpecExecNative.CudaEmulator.Ptx;

namespace SpecExecNative.CudaEmulator.Execution;

/// <summary>Runs kernels. It may be called from several threads at once.</summary>
public static unsafe class KernelLauncher
{
    private const int StaticSharedLimit = 48 * 1024;
    private const int MostThreads = 1024;
    private static readonly ConcurrentBag<BlockExecutor> Idle = [];
    private static long _serials;

    /// <summary>Warp instructions executed so far by all launches of the process, for measurements.</summary>
    public static long ExecutedInstructions => Interlocked.Read(ref _executed);

    private static long _executed;

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
        Check(kernel, shape, parameters.Length, options.Checks);
        long first = Interlocked.Add(ref _serials, shape.Blocks) - shape.Blocks + 1;

        // Parameters are read in place, in pinned memory with room for a vector load of the last one.
        byte[] block = GC.AllocateUninitializedArray<byte>(kernel.ParameterBytes + 16, pinned: true);
        parameters.CopyTo(block);
        var launch = new Launch(kernel, shape, block, memory, options, (uint)first);
        int threads = options.HostThreads > 0 ? options.HostThreads : Environment.ProcessorCount;
        threads = (int)Math.Min(threads, shape.Blocks);
        long next = -1;
        if (threads == 1)
        {
            RunBlocks(launch, ref next, cancellation);
        }
        else
        {
            var shared = new StrongBox();
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
                RunBlocks(launch, ref shared.Next, cancellation));
        }

        if (launch.Fault is not null)
        {
            throw launch.Fault;
        }

        cancellation.ThrowIfCancellationRequested();
    }

    private sealed class StrongBox
    {
        public long Next = -1;
    }

    private static void RunBlocks(Launch launch, ref long next, CancellationToken cancellation)
    {
        if (!Idle.TryTake(out BlockExecutor? executor))
        {
            executor = new BlockExecutor();
        }

        try
        {
            fixed (byte* parameters = launch.Parameters)
            {
                executor.Begin(launch, parameters);
                long index;
                while (launch.Fault is null
                    && !cancellation.IsCancellationRequested
                    && (index = Interlocked.Increment(ref next)) < launch.Shape.Blocks)
                {
                    executor.Run(Ordered(launch, index), cancellation);
                }
            }
        }
        catch (KernelFault fault)
        {
            launch.Fail(fault);
            executor.Abandon();
        }
        catch (OperationCanceledException)
        {
            // Reported by the caller once every executor has stopped.
            executor.Abandon();
        }

        Interlocked.Add(ref _executed, executor.Executed);
        Idle.Add(executor);
    }

    // A seeded schedule starts blocks in another order: forwards or backwards from somewhere.
    private static long Ordered(Launch launch, long index)
    {
        int seed = launch.Options.ScheduleSeed;
        long blocks = launch.Shape.Blocks;
        if (seed == 0)
        {
            return index;
        }

        long start = (uint)HashCode.Combine(seed) % blocks;
        return (seed & 1) == 0 ? (start + index) % blocks : (start + blocks - index) % blocks;
    }

    private static void Check(PtxKernel kernel, LaunchShape shape, int parameterBytes, CheckOptions checks)
    {
        long shared = (long)kernel.StaticSharedBytes + shape.DynamicSharedBytes;
        string? reason = shape switch
        {
            { GridX: < 1 } or { GridY: < 1 or > 65535 } or { GridZ: < 1 or > 65535 } => "a grid of this shape cannot be",
            { BlockX: < 1 } or { BlockY: < 1 } or { BlockZ: < 1 or > 64 } => "a block of this shape cannot be",
            { Threads: > MostThreads } => $"a block of {shape.Threads} threads",
            { Threads: var threads } when threads > kernel.MaxThreads =>
                $"a block of {threads} threads, the kernel was compiled for {kernel.MaxThreads}",
            { DynamicSharedBytes: < 0 } => "negative shared memory",
            { SharedLimitBytes: var limit } when shared > limit => $"{shared} bytes of shared memory, {limit} are allowed",
            _ when parameterBytes != kernel.ParameterBytes =>
                $"{parameterBytes} bytes of parameters, the kernel takes {kernel.ParameterBytes}",
            _ when kernel.StaticSharedBytes > StaticSharedLimit && (checks & CheckOptions.StaticSharedLimit) != 0 =>
                $"{kernel.StaticSharedBytes} bytes of static shared memory, more than 48 KB: ptxas refuses them",
            _ => null,
        };
        if (reason is not null)
        {
            throw new KernelFault(FaultKind.InvalidLaunch, kernel.Name, default, -1, "", reason);
        }
    }
}
