using System.Runtime.InteropServices;
using SpecExecNative.CudaEmulator.Execution;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>
/// One kernel variant with memory of its own: on the emulator's interpreter with all checks on, or on the card under test. Each
/// array is a block of memory of exactly its size.
/// </summary>
internal sealed class KernelLab : IDisposable
{
    private readonly ILab _lab;

    /// <param name="variant">What to run.</param>
    /// <param name="source">A text in the place of the variant's source, which runs on the interpreter whatever is under test.</param>
    /// <param name="earlier">The lab of a kernel whose results this one reads; it is disposed of later.</param>
    public KernelLab(KernelVariant variant, string? source = null, KernelLab? earlier = null)
        => _lab = CardLab.IsWanted && source is null && earlier?._lab is not InterpreterLab
            ? new CardLab(variant) : new InterpreterLab(variant, source, earlier?._lab as InterpreterLab);

    /// <summary>Of the interpreter; a card has none.</summary>
    public ExecutionOptions Options
    {
        init
        {
            if (_lab is InterpreterLab interpreter)
            {
                interpreter.Options = value;
            }
        }
    }

    /// <summary>Whether changed sources can be compiled.</summary>
    public static bool HasCompiler => InterpreterLab.HasCompiler;

    /// <summary>An array on the device; its address.</summary>
    public ulong Upload<T>(params T[] data)
        where T : unmanaged
    {
        ulong address = Allocate<T>(data.Length);
        _lab.Write(address, MemoryMarshal.AsBytes(data.AsSpan()));
        return address;
    }

    /// <summary>An array that nobody has written: its bytes are 0xFF, and reading them is a fault where faults are noticed.</summary>
    public ulong Allocate<T>(int count)
        where T : unmanaged => _lab.Allocate(Math.Max(1, (long)count * Marshal.SizeOf<T>()));

    public T[] Download<T>(ulong address, int count)
        where T : unmanaged
    {
        var data = new T[count];
        _lab.Read(address, MemoryMarshal.AsBytes(data.AsSpan()));
        return data;
    }

    /// <summary>Runs the kernel. Arguments are ulong (addresses), int and float, as its source declares them.</summary>
    public void Launch(int gridX, int gridY, params object[] arguments) => _lab.Launch((gridX, gridY, 1), arguments);

    /// <summary>The same with a third dimension.</summary>
    public void Launch((int X, int Y, int Z) grid, params object[] arguments) => _lab.Launch(grid, arguments);

    public void Dispose() => _lab.Dispose();
}
