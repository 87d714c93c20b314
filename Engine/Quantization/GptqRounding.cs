using System.Numerics.Tensors;
using SpecExecNative.Loaders.Quantization;

namespace SpecExecNative.Engine.Quantization;

/// <summary>
/// GPTQ (Frantar et al. 2023, Algorithm 1): inputs are rounded one after the other, and what each loses is made good by those to come,
/// w[j] −= (w[i] − q[i]) / U[i, i] · U[i, j], at once inside a block of inputs, and for the rest when the block is done (lazy batch updates).
/// A group's grid is laid when its first input's turn comes, over the weights as they are by then.
/// </summary>
/// <param name="factor">Of the inputs' Hessian, in the order in which they are rounded.</param>
/// <param name="order">Input at each place; null: as they stand.</param>
/// <param name="options">Groups and grids.</param>
internal sealed class GptqRounding(InverseFactor factor, int[]? order, QuantizeOptions options)
{
    /// <summary>Inputs of a block at most. Blocks end where groups do, so that a group begins with all updates made.</summary>
    private const int LazyBatch = 128;

    /// <summary>Rows that go through the factor together.</summary>
    private const int RowsAtOnce = 16;

    /// <exception cref="Transformers.UnsupportedWeightException">A weight is not a number, or too large.</exception>
    public Int4Matrix Round(WeightRows weights, CancellationToken cancellation)
    {
        int groupSize = options.GroupSizeFor(weights.Columns);
        var rows = new EncodedRows(weights.Rows, weights.Columns, groupSize);
        rows.Fill(weights, RowsAtOnce, (first, count) =>
        {
            var some = new RowBatch(ReadRows(weights, first, count), weights.Columns, count);
            for (int start = 0, end; start < weights.Columns; start = end)
            {
                cancellation.ThrowIfCancellationRequested();
                end = Math.Min(Math.Min(start + LazyBatch, weights.Columns), ((start / groupSize) + 1) * groupSize);
                for (int row = 0; row < count; row++)
                {
                    RoundBlock(some, row, start..end, rows.Writer(first + row));
                }

                SpreadErrors(some, start, end);
            }
        }, cancellation);
        return rows.ToMatrix(order);
    }

    private double[] ReadRows(WeightRows weights, int first, int count)
    {
        float[] stored = new float[weights.Columns];
        double[] rows = new double[count * weights.Columns];
        for (int row = 0; row < count; row++)
        {
            weights.Read(first + row, stored);
            for (int place = 0; place < stored.Length; place++)
            {
                rows[(row * stored.Length) + place] = stored[order is null ? place : order[place]];
            }
        }

        return rows;
    }

    private void RoundBlock(RowBatch some, int row, Range block, Int4RowWriter writer)
    {
        int groupSize = options.GroupSizeFor(some.Columns);
        (int start, int end) = (block.Start.Value, block.End.Value);
        Span<double> weights = some.Row(row);
        int group = start / groupSize;
        if (start % groupSize == 0)
        {
            int groupEnd = Math.Min(start + groupSize, some.Columns);
            some.Grids[row] = GroupGrid.Of(weights[start..groupEnd], options.IsSymmetric);
            writer.SetGrid(group, some.Grids[row]);
        }

        GroupGrid grid = some.Grids[row];
        for (int place = start; place < end; place++)
        {
            int q = grid.Nearest(weights[place]);
            writer.SetNibble(place, q);
            double error = (weights[place] - grid.Value(q)) / factor.Diagonal(place);
            some.Errors[(row * LazyBatch) + (place - start)] = error;
            Subtract(error, factor.Row(place, place + 1, end), weights[(place + 1)..end]);
        }
    }

    /// <summary>One row of the factor at a time, for all rows of weights: it is the larger of the two.</summary>
    private void SpreadErrors(RowBatch some, int start, int end)
    {
        for (int place = start; place < end && end < some.Columns; place++)
        {
            ReadOnlySpan<double> spread = factor.Row(place, end, some.Columns);
            for (int row = 0; row < some.Count; row++)
            {
                Subtract(some.Errors[(row * LazyBatch) + (place - start)], spread, some.Row(row)[end..]);
            }
        }
    }

    private static void Subtract(double error, ReadOnlySpan<double> spread, Span<double> weights)
        => TensorPrimitives.MultiplyAdd(spread, -error, weights, weights);

    /// <summary>Rows of weights on their way through the inputs.</summary>
    private sealed class RowBatch(double[] weights, int columns, int count)
    {
        public int Columns { get; } = columns;

        public int Count { get; } = count;

        /// <summary>The grid of the group that each row is in.</summary>
        public GroupGrid[] Grids { get; } = new GroupGrid[count];

        /// <summary><c>[row][place of the block]</c>.</summary>
        public double[] Errors { get; } = new double[count * LazyBatch];

        public Span<double> Row(int row) => weights.AsSpan(row * Columns, Columns);
    }
}
