using System.Numerics.Tensors;
using SpecExecNative.Loaders.Quantization;

namespace SpecExecNative.Engine.Quantization;

/// <summary>Rounds each weight to the nearest value of its group.</summary>
internal static class NearestRounding
{
    /// <exception cref="Transformers.UnsupportedWeightException">A weight is not a number, or too large.</exception>
    public static Int4Matrix Round(WeightRows weights, QuantizeOptions options, CancellationToken cancellation)
    {
        int groupSize = options.GroupSizeFor(weights.Columns);
        var rows = new EncodedRows(weights.Rows, weights.Columns, groupSize);
        rows.Fill(weights, 1, (first, _) =>
        {
            float[] stored = new float[weights.Columns];
            double[] row = new double[weights.Columns];
            weights.Read(first, stored);
            TensorPrimitives.ConvertChecked<float, double>(stored, row);
            Int4RowWriter writer = rows.Writer(first);
            for (int group = 0, start = 0; start < row.Length; group++, start += groupSize)
            {
                int end = Math.Min(start + groupSize, row.Length);
                GroupGrid grid = GroupGrid.Of(row.AsSpan(start..end), options.IsSymmetric);
                writer.SetGrid(group, grid);
                for (int place = start; place < end; place++)
                {
                    writer.SetNibble(place, grid.Nearest(row[place]));
                }
            }
        }, cancellation);
        return rows.ToMatrix(null);
    }
}
