using SpecExecNative.CudaEmulator.Checks;
using SpecExecNative.CudaEmulator.Driver;
using SpecExecNative.CudaEmulator.Driver.Reporting;
using SpecExecNative.CudaEmulator.Driver.Streams;
using SpecExecNative.CudaEmulator.Driver.Work;
using SpecExecNative.CudaEmulator.Memory;

namespace SpecExecNative.CudaEmulator.Blas;

/// <summary>
/// C = alpha · op(A) · op(B) + beta · C, every sum in double precision and rounded once: a better product than the
/// library's, to compare others with. Matrices are column-major.
/// </summary>
/// <param name="a">[m, k] as stored, or [k, m] where transposed.</param>
/// <param name="transposeA">Whether op(A) is A's transpose.</param>
/// <param name="b">[k, n] as stored, or [n, k] where transposed.</param>
/// <param name="transposeB">Whether op(B) is B's transpose.</param>
/// <param name="c">[m, n]; not read where beta is 0.</param>
/// <param name="alpha">Factor of the product.</param>
/// <param name="beta">Factor of what C was.</param>
internal sealed unsafe class GemmWork(Matrix a, bool transposeA, Matrix b, bool transposeB, Matrix c, float alpha, float beta) : DeviceWork
{
    private readonly MemoryAccess[] _footprint =
    [
        a.Access(AccessKind.Read), b.Access(AccessKind.Read), c.Access(AccessKind.Write),
    ];

    internal override Engine Engine => Engine.Compute;

    internal override string Description => $"cublasGemmEx {c.Rows}x{c.Columns}x{(transposeA ? a.Rows : a.Columns)}";

    internal override IReadOnlyList<MemoryAccess> Footprint => _footprint;

    internal override void Execute(WorkSite site)
    {
        int depth = transposeA ? a.Rows : a.Columns;
        float[] rows = Read(site, a, byColumns: transposeA);
        float[] columns = Read(site, b, byColumns: !transposeB);
        float[] before = beta == 0 ? [] : Read(site, c, byColumns: true);
        DeviceBlock block = site.Require(c.Address, c.SpanBytes, Description);
        for (int column = 0; column < c.Columns; column++)
        {
            site.Cancelled.ThrowIfCancellationRequested();
            ulong start = c.Address + ((ulong)column * (ulong)c.Leading * (ulong)c.ElementBytes);
            ReadOnlySpan<float> right = columns.AsSpan(column * depth, depth);
            for (int row = 0; row < c.Rows; row++)
            {
                double sum = alpha * Dot(rows.AsSpan(row * depth, depth), right);
                sum += beta == 0 ? 0 : (double)beta * before[(column * c.Rows) + row];
                Store((byte*)start + (row * c.ElementBytes), c.Type, sum);
            }

            block.MarkInitialised((long)(start - block.Address), (long)c.Rows * c.ElementBytes);
        }

        site.Record.CountWork("cublasGemmEx", c.SpanBytes);
    }

    private static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            sum += (double)left[i] * right[i];
        }

        return sum;
    }

    /// <returns>The matrix without gaps, column after column, or row after row.</returns>
    private float[] Read(WorkSite site, Matrix matrix, bool byColumns)
    {
        if (matrix.SpanBytes == 0)
        {
            return [];
        }

        DeviceBlock block = site.Require(matrix.Address, matrix.SpanBytes, Description);
        float[] values = new float[matrix.Rows * matrix.Columns];
        for (int column = 0; column < matrix.Columns; column++)
        {
            ulong start = matrix.Address + ((ulong)column * (ulong)matrix.Leading * (ulong)matrix.ElementBytes);
            RequireWritten(site, block, start, (long)matrix.Rows * matrix.ElementBytes);
            for (int row = 0; row < matrix.Rows; row++)
            {
                int at = byColumns ? (column * matrix.Rows) + row : (row * matrix.Columns) + column;
                values[at] = Load((byte*)start + (row * matrix.ElementBytes), matrix.Type);
            }
        }

        return values;
    }

    private void RequireWritten(WorkSite site, DeviceBlock block, ulong start, long bytes)
    {
        bool isChecked = site.Settings.Execution.Checks.HasFlag(CheckOptions.UninitialisedGlobal);
        if (isChecked && !block.IsInitialised((long)(start - block.Address), bytes))
        {
            throw new DeviceFault(new Finding("uninitialised-global", $"{Description} reads bytes from 0x{start:x} on that nobody has written", CudaResult.LaunchFailed));
        }
    }

    private static float Load(byte* element, ElementType type) => type switch
    {
        ElementType.Float32 => *(float*)element,
        ElementType.Float16 => (float)*(Half*)element,
        _ => BitConverter.UInt32BitsToSingle((uint)*(ushort*)element << 16),
    };

    private static void Store(byte* element, ElementType type, double value)
    {
        switch (type)
        {
            case ElementType.Float32:
                *(float*)element = (float)value;
                break;
            case ElementType.Float16:
                *(Half*)element = (Half)value;
                break;
            default:
                *(ushort*)element = BFloat16Bits((float)value);
                break;
        }
    }

    // Round to nearest even; a NaN stays one.
    private static ushort BFloat16Bits(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)(float.IsNaN(value) ? (bits >> 16) | 0x40 : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
