using SpecExecNative.CudaEmulator.Driver.Work;

namespace SpecExecNative.CudaEmulator.Blas;

/// <summary>A column-major matrix in device memory: element (row, column) lies at row + column × Leading.</summary>
/// <param name="Address">First element.</param>
/// <param name="Type">Type of its elements.</param>
/// <param name="Rows">Rows as stored.</param>
/// <param name="Columns">Columns as stored.</param>
/// <param name="Leading">Elements from one column to the next, at least <paramref name="Rows"/>.</param>
internal readonly record struct Matrix(ulong Address, ElementType Type, int Rows, int Columns, int Leading)
{
    internal int ElementBytes => Type == ElementType.Float32 ? 4 : 2;

    /// <summary>From the first element to the end of the last, gaps included.</summary>
    internal long SpanBytes => Rows == 0 || Columns == 0 ? 0 : (((Columns - 1L) * Leading) + Rows) * ElementBytes;

    /// <summary>What touching all of it means; with gaps between the columns the exact bytes are not said.</summary>
    internal MemoryAccess Access(AccessKind kind) =>
        new(Address, SpanBytes, Leading == Rows || Columns == 1 ? kind : AccessKind.Reach);
}
