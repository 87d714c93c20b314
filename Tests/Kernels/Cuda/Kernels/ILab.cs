namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>Something that runs one kernel on memory of its own, and notices an access beside it.</summary>
internal interface ILab : IDisposable
{
    /// <summary>A block of memory of exactly this size; its bytes are 0xFF, NaN in every format.</summary>
    ulong Allocate(long bytes);

    void Write(ulong address, ReadOnlySpan<byte> data);

    void Read(ulong address, Span<byte> data);

    /// <param name="grid">Blocks.</param>
    /// <param name="arguments">ulong (addresses), int and float, as the kernel's source declares them.</param>
    void Launch((int X, int Y, int Z) grid, object[] arguments);
}
