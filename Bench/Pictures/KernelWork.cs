using System.Numerics;
using SpecExecNative.Bench.Cuda;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Pictures;

/// <summary>What rows of <c>kernels</c> compute and which bytes they cannot do without. Naive twins are left out: they are there to be right.</summary>
/// <param name="head">Of the report: whose layers they are.</param>
internal sealed class KernelWork(ReportHead head)
{
    private const int ElementBytes = 2; // f16 and bf16: inputs, keys, values
    private const int OutputBytes = 4; // products' are f32

    /// <summary>Null: the row is of no kernel that computes much, or lacks something.</summary>
    public KernelPoint? PointOf(Row row)
    {
        if (row["queue"] == "naive")
        {
            return null;
        }

        (double Flops, double Bytes)? work = row.Table switch
        {
            "linear" => OfProduct(row),
            "attention, tree" or "attention, one row" => OfAttention(row),
            _ => null,
        };
        double? speed = row.Find("speed")?.Value ?? (row.Find("keys and values read")?.Value * work?.Flops / work?.Bytes / 1e3);
        return work is { Flops: > 0, Bytes: > 0 } && speed > 0 ? new KernelPoint(work.Value.Flops / work.Value.Bytes, speed.Value) : null;
    }

    /// <summary>E.g. <c>linear, int4, draft</c>.</summary>
    public static string SeriesOf(Row row) => string.Join(", ", new[] { row.Table.Split(',')[0], row["weights"], row["queue"] }.Where(part => part is not null));

    /// <summary>The row says how fast weights were read, which includes a 4-bit weight's scales.</summary>
    private static (double Flops, double Bytes)? OfProduct(Row row)
    {
        if ((row.Find("speed"), row.Find("weights read")) is not ({ Value: > 0 } speed, { Value: > 0 } read)
            || (RowSet.Number(row, "M"), RowSet.Number(row, "N"), RowSet.Number(row, "K")) is not ({ } m, { } n, { } k))
        {
            return null;
        }

        double flops = 2 * m * n * k;
        double weights = flops / (speed.Value * 1e12) * (read.Value * 1e9);
        return (flops, weights + (ElementBytes * m * k) + (OutputBytes * m * n));
    }

    /// <summary>Keys and values once for all rows of a tree; queries and outputs are few beside them.</summary>
    private (double Flops, double Bytes)? OfAttention(Row row)
    {
        string? shapes = row["shapes"] ?? head.Settings.Where(s => s.Name == "shapes").Select(s => s.Value).FirstOrDefault();
        if (shapes is null || !LayerShapes.Names.Contains(shapes) || (RowSet.Number(row, "prefix"), RowSet.Number(row, "nodes")) is not ({ } prefix, { } nodes))
        {
            return null;
        }

        AttentionShape shape = LayerShapes.Named(shapes).Attention;
        double keys = (prefix * nodes) + Enumerable.Range(1, (int)nodes).Sum(node => BitOperations.Log2((uint)node) + 1); // a binary tree's paths
        return (4 * keys * shape.HeadDim * shape.QueryHeads, 2.0 * ElementBytes * shape.KvHeads * (prefix + nodes) * shape.HeadDim);
    }
}
