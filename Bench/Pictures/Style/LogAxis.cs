using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace SpecExecNative.Bench.Pictures.Style;

/// <summary>A logarithmic axis: values are put on it as logarithms, its ticks are labelled with the values themselves.</summary>
internal sealed class LogAxis
{
    private readonly double _base;
    private readonly double[] _steps;

    private LogAxis(double @base, params double[] steps) => (_base, _steps) = (@base, steps);

    /// <summary>With ticks at powers of two: 8, 16, … 4096.</summary>
    public static LogAxis Two { get; } = new(2, 1);

    /// <summary>With ticks at 1, 2, 5, 10, …</summary>
    public static LogAxis Ten { get; } = new(10, 1, 2, 5);

    /// <summary>With ticks at 1, 10, 100, …: for many decades.</summary>
    public static LogAxis Decades { get; } = new(10, 1);

    public double Position(double value) => Math.Log(value, _base);

    /// <summary>Labels an axis over a range of values, which are in it with a little room around them.</summary>
    public void Label(IAxis axis, double least, double most, double room = 0.03)
    {
        (double from, double to) = (Position(least), Position(most));
        double margin = Math.Max((to - from) * room, to > from ? 0 : 0.5);
        axis.Min = from - margin;
        axis.Max = to + margin;
        var ticks = new NumericManual();
        for (double power = Math.Floor(axis.Min); power <= axis.Max; power++)
        {
            foreach (double step in _steps)
            {
                double value = step * Math.Pow(_base, power);
                ticks.AddMajor(Position(value), value.ToString(value >= 1e15 ? "0e0" : "0.#####", CultureInfo.InvariantCulture));
            }
        }

        axis.TickGenerator = ticks;
    }
}
