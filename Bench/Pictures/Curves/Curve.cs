using SpecExecNative.Bench.Figures;

namespace SpecExecNative.Bench.Pictures.Curves;

/// <summary>Points that are joined by a line.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Points">From left to right, at least one.</param>
internal sealed record Curve(string Name, IReadOnlyList<CurvePoint> Points)
{
    /// <summary>A curve for each group of rows; rows without the numbers have no point.</summary>
    /// <param name="rows">Of one picture.</param>
    /// <param name="name">The curve that a row belongs to; null: none.</param>
    /// <param name="x">A parameter: a number above 0.</param>
    /// <param name="y">A figure.</param>
    /// <param name="factor">What to multiply it by, to come to the axis's unit.</param>
    public static IEnumerable<Curve> Of(RowSet rows, Func<Row, string?> name, string x, string y, double factor = 1)
        => rows.Rows.GroupBy(r => name(r.Row)).Where(group => group.Key is not null)
            .Select(group => new Curve(group.Key!, [.. PointsOf(group.Select(r => r.Row), x, y, factor)])).Where(curve => curve.Points.Count > 0);

    private static IEnumerable<CurvePoint> PointsOf(IEnumerable<Row> rows, string x, string y, double factor)
    {
        const string Error = "± 95 %";
        return from row in rows
               let number = RowSet.Number(row, x)
               let figure = row.Find(y)
               where number > 0 && figure is not null
               orderby number
               select new CurvePoint(number.Value, figure.Value * factor, row.Find(Error)?.Value * factor);
    }
}
