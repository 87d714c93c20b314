using System.Runtime.ExceptionServices;
using SpecExecNative.Loaders.Quantization;

namespace SpecExecNative.Engine.Quantization;

/// <summary>A 4-bit matrix in the making: rows come in any order, from all cores.</summary>
internal sealed class EncodedRows(int rows, int columns, int groupSize)
{
    private readonly int _rowBytes = Int4Matrix.RowBytesFor(columns, groupSize);
    private readonly byte[] _bytes = new byte[(long)rows * Int4Matrix.RowBytesFor(columns, groupSize)];

    public Int4RowWriter Writer(int row) => new(_bytes.AsSpan(row * _rowBytes, _rowBytes), columns, groupSize);

    /// <summary>Makes all rows, some at a time.</summary>
    /// <param name="weights">What they are made of, for messages.</param>
    /// <param name="portion">Rows at a time.</param>
    /// <param name="make">Makes rows from the first, as many as the second argument says.</param>
    /// <param name="cancellation">Between two portions.</param>
    public void Fill(WeightRows weights, int portion, Action<int, int> make, CancellationToken cancellation)
    {
        try
        {
            int portions = ((rows - 1) / portion) + 1;
            Parallel.For(0, portions, new ParallelOptions { CancellationToken = cancellation }, i => make(i * portion, Math.Min(portion, rows - (i * portion))));
        }
        catch (AggregateException e) when (e.InnerException is ArithmeticException cause)
        {
            throw weights.Refusal(cause.Message);
        }
        catch (AggregateException e) when (e.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(e.InnerException);
        }
    }

    public Int4Matrix ToMatrix(int[]? order) => new(rows, columns, groupSize, _bytes, order);
}
