namespace SpecExecNative.Bench.Figures;

/// <summary>One number with everything that must be known to read it.</summary>
/// <param name="Name">What it is, e.g. <c>speed</c>; unique within its row.</param>
/// <param name="Value">Finite. The median, where there are samples.</param>
/// <param name="Unit">E.g. <c>GB/s</c>; empty for a count or a share.</param>
/// <param name="Origin">Where it comes from.</param>
internal sealed record Figure(string Name, double Value, string Unit, Origin Origin = Origin.Measured)
{
    /// <summary>95 % of the samples are as good as this, or better: the slow side of a time and of a rate alike. Null: no samples.</summary>
    public double? P95 { get; init; }

    /// <summary>How many samples <see cref="Value"/> sums up; null: not known, or it is no matter of samples.</summary>
    public int? Samples { get; init; }

    /// <summary>What it is set against, in the order to print.</summary>
    public IReadOnlyList<FigureReference> References { get; init; } = [];

    /// <summary>The same figure of the baseline; null: there is no baseline, or it has no such figure.</summary>
    public BaselineValue? Baseline { get; init; }

    /// <summary>Sets it against a value in its own unit; a reference of null (it was not to be had) adds nothing.</summary>
    public Figure Against(string name, double? reference, Origin origin = Origin.Measured)
        => reference is { } value and > 0 ? With(new FigureReference(name, Value / value, value, origin)) : this;

    /// <summary>Adds a reference.</summary>
    public Figure With(FigureReference reference) => this with { References = [.. References, reference] };
}
