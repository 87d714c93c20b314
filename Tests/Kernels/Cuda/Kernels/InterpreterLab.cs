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
/// The emulator's interpreter with all checks on: an access beside a block, a read of what nobody wrote and a race are faults. The
/// PTX is NVRTC's where there is one, else what the library ships.
/// </summary>
internal sealed unsafe class InterpreterLab : ILab
{
    private static readonly Lazy<NvrtcCompiler?> Compiler = new(NvrtcCompiler.TryOpen);
    private static readonly ConcurrentDictionary<(KernelGeneration, string, string), PtxKernel> Compiled = new();

    private readonly DeviceMemory _memory;
    private readonly bool _ownsMemory;
    private readonly PtxKernel _kernel;
    private readonly KernelVariant _variant;

    /// <param name="variant">What to run.</param>
    /// <param name="source">A text in the place of the variant's source; needs NVRTC.</param>
    /// <param name="earlier">Whose memory this shares.</param>
    public InterpreterLab(KernelVariant variant, string? source, InterpreterLab? earlier)
    {
        _memory = earlier?._memory ?? new DeviceMemory();
        _ownsMemory = earlier is null;
        _variant = variant;
        _kernel = Compiled.GetOrAdd((variant.Generation, variant.Name, source ?? ""), _ => Compile(variant, source));
    }

    /// <summary>Whether changed sources can be compiled.</summary>
    public static bool HasCompiler => Compiler.Value is not null;

    public ExecutionOptions Options { get; set; } = ExecutionOptions.Default;

    public ulong Allocate(long bytes)
    {
        DeviceBlock block = DeviceBlock.Allocate(bytes);
        _memory.Add(block);
        return block.Address;
    }

    public void Write(ulong address, ReadOnlySpan<byte> data)
    {
        DeviceBlock block = _memory.Find(address)!;
        data.CopyTo(new Span<byte>(block.Data, (int)block.Bytes));
        block.MarkInitialised(0, block.Bytes);
    }

    public void Read(ulong address, Span<byte> data) => new ReadOnlySpan<byte>(_memory.Find(address)!.Data, data.Length).CopyTo(data);

    public void Launch((int X, int Y, int Z) grid, object[] arguments)
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
        var shape = new LaunchShape(grid.X, grid.Y, grid.Z, _variant.Threads, 1, 1, _variant.DynamicSharedBytes, SharedLimit(_variant.Generation));
        KernelLauncher.Run(_kernel, shape, parameters, _memory, Options);
    }

    public void Dispose()
    {
        foreach (DeviceBlock block in _ownsMemory ? _memory.Blocks : [])
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
}
