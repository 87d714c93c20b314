using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using NUnit.Framework;
using SpecExecNative.CudaEmulator.Execution;
using SpecExecNative.CudaEmulator.Memory;
using SpecExecNative.CudaEmulator.Ptx;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>
/// One kernel variant on the emulator with all checks on, with memory of its own or another lab's. The PTX is NVRTC's where
/// there is one, else what the library ships. Each array is a block of memory of exactly its size, so an access beside it is found.
/// </summary>
internal sealed unsafe class KernelLab : IDisposable
{
    private static readonly Lazy<NvrtcCompiler?> Compiler = new(NvrtcCompiler.TryOpen);
    private static readonly ConcurrentDictionary<(KernelGeneration, string, string), PtxKernel> Compiled = new();

    private readonly DeviceMemory _memory;
    private readonly bool _ownsMemory;
    private readonly PtxKernel _kernel;
    private readonly KernelVariant _variant;

    /// <param name="variant">What to run.</param>
    /// <param name="source">A text in the place of the variant's source; needs NVRTC.</param>
    /// <param name="earlier">The lab of a kernel whose results this one reads; it is disposed of later.</param>
    public KernelLab(KernelVariant variant, string? source = null, KernelLab? earlier = null)
    {
        _variant = variant;
        _memory = earlier?._memory ?? new DeviceMemory();
        _ownsMemory = earlier is null;
        _kernel = Compiled.GetOrAdd((variant.Generation, variant.Name, source ?? ""), _ => Compile(variant, source));
    }

    /// <summary>Whether changed sources can be compiled.</summary>
    public static bool HasCompiler => Compiler.Value is not null;

    public ExecutionOptions Options { get; init; } = ExecutionOptions.Default;

    /// <summary>An array on the device; its address.</summary>
    public ulong Upload<T>(params T[] data)
        where T : unmanaged
    {
        DeviceBlock block = Add(Math.Max(1, (long)data.Length * sizeof(T)));
        MemoryMarshal.AsBytes(data.AsSpan()).CopyTo(new Span<byte>(block.Data, (int)block.Bytes));
        block.MarkInitialised(0, block.Bytes);
        return block.Address;
    }

    /// <summary>An array that nobody has written: its bytes are 0xFF, NaN in every format, and reading them is a fault.</summary>
    public ulong Allocate<T>(int count)
        where T : unmanaged => Add(Math.Max(1, (long)count * sizeof(T))).Address;

    public T[] Download<T>(ulong address, int count)
        where T : unmanaged => new Span<T>(_memory.Find(address)!.Data, count).ToArray();

    /// <summary>Runs the kernel. Arguments are ulong (addresses), int and float, as its source declares them.</summary>
    public void Launch(int gridX, int gridY, params object[] arguments)
    {
        byte[] parameters = new byte[_kernel.ParameterBytes];
        int at = 0;
        foreach (object argument in arguments)
        {
            int bytes = argument is ulong ? 8 : 4;
            at = (at + bytes - 1) / bytes * bytes;
            Span<byte> to = parameters.AsSpan(at, bytes);
            switch (argument)
            {
                case ulong address: MemoryMarshal.Write(to, address); break;
                case int number: MemoryMarshal.Write(to, number); break;
                case float number: MemoryMarshal.Write(to, number); break;
                default: throw new ArgumentException($"{argument} is no kernel argument.", nameof(arguments));
            }

            at += bytes;
        }

        Assert.That(at, Is.EqualTo(_kernel.ParameterBytes).Within(4), "arguments and the kernel's parameters");
        var shape = new LaunchShape(gridX, gridY, 1, _variant.Threads, 1, 1, _variant.DynamicSharedBytes, SharedLimit(_variant.Generation));
        KernelLauncher.Run(_kernel, shape, parameters, _memory, Options);
    }

    public void Dispose()
    {
        if (!_ownsMemory)
        {
            return;
        }

        foreach (DeviceBlock block in _memory.Blocks)
        {
            block.Dispose();
        }
    }

    private static int SharedLimit(KernelGeneration generation) => (generation == KernelGeneration.Turing ? 64 : 99) * 1024;

    private static PtxKernel Compile(KernelVariant variant, string? source)
    {
        var target = new CompileTarget(ShippedPtx.Baseline(variant.Generation), IsMachineCode: false);
        CompiledKernel? compiled = (Compiler.Value, source) switch
        {
            ({ } compiler, null) => compiler.Compile(variant, target),
            ({ } compiler, _) => compiler.Compile(variant, target, source),
            (null, null) => ShippedPtx.Instance?.Find(variant),
            _ => null,
        };
        if (compiled is null)
        {
            Assert.Ignore($"No NVRTC, and no PTX of {variant.Name} is shipped: set SPECEXEC_NVRTC (tools/fetch-nvrtc.sh).");
        }

        return PtxModule.Parse(Encoding.UTF8.GetString(compiled!.Ptx.Span).TrimEnd('\0')).Kernels[variant.Entry];
    }

    private DeviceBlock Add(long bytes)
    {
        DeviceBlock block = DeviceBlock.Allocate(bytes);
        _memory.Add(block);
        return block;
    }
}
