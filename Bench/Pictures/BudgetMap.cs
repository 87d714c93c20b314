using ScottPlot;
using SpecExecNative.Bench.Pictures.Style;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Bench.Pictures;

/// <summary>
/// Tokens a second by budget and link. Links are far apart in speed, so colour is the share of the link's own best and the number is the speed;
/// the best budget of each link is framed.
/// </summary>
internal sealed class BudgetMap : IPicture
{
    private const string Figure = "speed";
    private const int RowHeight = 34;
    private const int HeightOfTheRest = 160;
    private const int MostColumnsWithNumbers = 14;

    // Steps of one hue, which any eye and any printer keeps in order.
    private static readonly (double Least, string Colour, string Name)[] Shades =
        [(0.95, "#08519C", "95 % of its best or more"), (0.85, "#4292C6", "85 to 95 %"), (0.7, "#9ECAE1", "70 to 85 %"), (0.5, "#D0E1F2", "50 to 70 %"), (0, "#EEF3F8", "less")];

    private static readonly Color Optimum = Color.FromHex("#D55E00");

    public IEnumerable<Drawing> Draw(Report report)
    {
        foreach (RowSet rows in RowSet.Of(report, "sweep", "K", LinkName.Parameter))
        {
            Cell[] cells = [.. Cells(rows)];
            if (cells.DistinctBy(c => c.Link).Count() > 1) // a single link has its curve
            {
                using var sheet = new Sheet("budget-map", "Speed by link and tree budget, tokens/s", rows, Figure);
                Draw(sheet, cells);
                yield return sheet.Draw();
            }
        }
    }

    private static IEnumerable<Cell> Cells(RowSet rows)
        => from r in rows.Rows
           let budget = RowSet.Number(r.Row, "K")
           let link = LinkName.Of(r.Row)
           let speed = r.Row.Find(Figure)
           where budget is not null && link is not null && speed is { Value: > 0 }
           select new Cell(budget.Value, link, speed.Value);

    private static void Draw(Sheet sheet, Cell[] cells)
    {
        double[] budgets = [.. cells.Select(c => c.Budget).Distinct().Order()];
        string[] links = [.. cells.Select(c => c.Link).Distinct().OrderBy(LinkName.Order)];
        foreach (IGrouping<string, Cell> link in cells.GroupBy(c => c.Link))
        {
            Cell best = link.MaxBy(c => c.Speed)!;
            foreach (Cell cell in link.Where(c => c != best).Append(best)) // its frame lies over its neighbours
            {
                int row = Array.IndexOf(links, cell.Link);
                Draw(sheet.Plot, cell, Array.IndexOf(budgets, cell.Budget), row, cell.Speed / best.Speed, isBest: cell == best, hasNumber: budgets.Length <= MostColumnsWithNumbers);
            }
        }

        sheet.Height = HeightOfTheRest + (RowHeight * Math.Max(links.Length, Shades.Length + 1));
        Label(sheet.Plot.Axes.Bottom, "budget K, drafted tokens", [.. budgets.Select(b => $"{b}")]);
        Label(sheet.Plot.Axes.Left, "link", [.. links.Select(PlotText.Name)]);
        sheet.Plot.HideGrid();
        foreach ((_, string colour, string name) in Shades)
        {
            Theme.LegendItem(sheet.Plot, name).FillColor = Color.FromHex(colour);
        }

        LegendItem frame = Theme.LegendItem(sheet.Plot, "best of the link");
        (frame.OutlineColor, frame.OutlineWidth) = (Optimum, 3);
        Theme.AddLegend(sheet.Plot);
    }

    private static void Draw(Plot plot, Cell cell, int column, int row, double share, bool isBest, bool hasNumber)
    {
        const double Half = 0.48;
        const double LeastShareForWhite = 0.85;
        ScottPlot.Plottables.Rectangle rectangle = plot.Add.Rectangle(column - Half, column + Half, row - Half, row + Half);
        rectangle.FillColor = Color.FromHex(Shades.First(s => share >= s.Least).Colour);
        (rectangle.LineColor, rectangle.LineWidth) = isBest ? (Optimum, 3) : (Colors.Transparent, 0);
        if (hasNumber)
        {
            ScottPlot.Plottables.Text number = plot.Add.Text(PlotText.Short(cell.Speed), column, row);
            number.LabelStyle = Theme.Label(number.LabelText, Theme.TextSize, share >= LeastShareForWhite ? Colors.White : Theme.Ink, isBest);
            (number.LabelAlignment, number.OffsetY) = (Alignment.MiddleCenter, Theme.Sink);
        }
    }

    private static void Label(IAxis axis, string title, string[] names)
    {
        const double Half = 0.5;
        axis.Label.Text = title;
        axis.TickGenerator = new ScottPlot.TickGenerators.NumericManual([.. names.Select((_, i) => (double)i)], names);
        axis.MajorTickStyle.Length = 0;
        axis.FrameLineStyle.Width = 0;
        (axis.Min, axis.Max) = (-Half, names.Length - Half);
    }

    private sealed record Cell(double Budget, string Link, double Speed);
}
