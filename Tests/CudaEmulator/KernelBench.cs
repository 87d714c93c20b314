using System.Runtime.InteropServices;
using SpecExecNative.CudaEmulator.Execution;
using SpecExecNative.CudaEmulator.Memory;
using SpecExecNative.CudaEmulator.Ptx;

namespace SpecExecNative.Tests.CudaEmulator;

/// <summary>Device memory of one test, and launches on it.</summary>
internal sealed unsafe class KernelBench : IDisposable
{
    public DeviceMemory Memory { get; } = new();

    public DeviceBlock Upload<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        DeviceBlock block = Allocate<T>(values.Length);
        values.CopyTo(new Span<T>(block.Data, values.Length));
        block.MarkInitialised(0, block.Bytes);
        return block;
    }

    public DeviceBlock Allocate<T>(int count)
        where T : unmanaged
    {
        DeviceBlock block = DeviceBlock.Allocate((long)count * sizeof(T));
        Memory.Add(block);
        return block;
    }

    public static T[] Download<T>(DeviceBlock block)
        where T : unmanaged => new ReadOnlySpan<T>(block.Data, (int)(block.Bytes / sizeof(T))).ToArray();

    /// <summary>Launches with pointer and 32-bit parameters.</summary>
    public void Launch(PtxKernel kernel, LaunchShape shape, ExecutionOptions options, params ReadOnlySpan<object> arguments)
    {
        var bytes = new byte[kernel.ParameterBytes];
        for (int i = 0; i < arguments.Length; i++)
        {
            Span<byte> at = bytes.AsSpan(kernel.Parameters[i].Offset);
            if (arguments[i] is DeviceBlock block)
            {
                MemoryMarshal.Write(at, block.Address);
            }
            else
            {
                MemoryMarshal.Write(at, (int)arguments[i]);
            }
        }

        KernelLauncher.Run(kernel, shape, bytes, Memory, options);
    }

    public void Dispose()
    {
        foreach (DeviceBlock block in Memory.Blocks)
        {
            block.Dispose();
        }
    }
}
