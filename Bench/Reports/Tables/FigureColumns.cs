using SpecExecNative.Bench.Figures;

namespace SpecExecNative.Bench.Reports.Tables;

/// <summary>The columns of one figure: value, p95, references and the ratio to the baseline, as far as any row has them.</summary>
internal sealed class FigureColumns
{
    private readonly Figure _example;
    private readonly bool _hasP95;
    private readonly bool _hasBaseline;
    private readonly bool _namesOrigin;
    private readonly (string Name, Origin Origin, double? Constant, bool HasValues)[] _references;

    /// <param name="figures">All figures of one name, unit and origin.</param>
    /// <param name="namesOrigin">Headings say where their figures come from.</param>
    /// <param name="hasBaseline">The report is compared with another one.</param>
    public FigureColumns(IReadOnlyList<Figure> figures, bool namesOrigin, bool hasBaseline)
    {
        _example = figures[0];
        _namesOrigin = namesOrigin;
        _hasBaseline = hasBaseline;
        _hasP95 = figures.Any(f => f.P95 is not null);
        _references = [.. figures.SelectMany(f => f.References).GroupBy(r => (r.Name, r.Origin)).Select(g =>
        {
            double?[] values = [.. g.Select(r => r.Value).Distinct()];
            bool isConstant = values.Length == 1 && g.Count() > 1;
            return (g.Key.Name, g.Key.Origin, isConstant ? values[0] : null, !isConstant && values.Any(v => v is not null));
        })];
    }

    public IEnumerable<string> Headings
    {
        get
        {
            string unit = _example.Unit.Length == 0 ? "" : $", {_example.Unit}";
            yield return $"{_example.Name}{unit}{Of(_example.Origin)}";
            if (_hasP95)
            {
                yield return "p95";
            }

            foreach ((string name, Origin origin, double? constant, bool hasValues) in _references)
            {
                if (hasValues)
                {
                    yield return $"{name}{unit}{Of(origin)}";
                }

                string value = constant is { } number ? $" ({NumberText.Of(number)})" : "";
                yield return $"÷ {name}{value}{(hasValues ? "" : Of(origin))}";
            }

            if (_hasBaseline)
            {
                yield return "÷ baseline";
            }
        }
    }

    public IEnumerable<string> Cells(Row row)
    {
        Figure? figure = row.Figures.FirstOrDefault(f => (f.Name, f.Unit, f.Origin) == (_example.Name, _example.Unit, _example.Origin));
        yield return figure is null ? "" : NumberText.Of(figure.Value);
        if (_hasP95)
        {
            yield return Number(figure?.P95);
        }

        foreach ((string name, Origin origin, _, bool hasValues) in _references)
        {
            FigureReference? reference = figure?.References.FirstOrDefault(r => (r.Name, r.Origin) == (name, origin));
            if (hasValues)
            {
                yield return Number(reference?.Value);
            }

            yield return reference is null ? "" : NumberText.Ratio(reference.Ratio);
        }

        if (_hasBaseline)
        {
            yield return figure is null ? "" : figure.Baseline is { } baseline ? RatioTo(baseline) : "new";
        }
    }

    private static string RatioTo(BaselineValue baseline) => baseline.Ratio is { } ratio ? NumberText.Ratio(ratio) : $"was {NumberText.Of(baseline.Value)}";

    private string Of(Origin origin) => _namesOrigin ? $" ({OriginName.Of(origin)})" : "";

    private static string Number(double? value) => value is { } number ? NumberText.Of(number) : "";
}
