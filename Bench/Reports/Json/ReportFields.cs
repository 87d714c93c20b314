using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Machine;
using SpecExecNative.Bench.Running;

namespace SpecExecNative.Bench.Reports.Json;

/// <summary>The parts of a report from their JSON. Members that this version does not know are passed over.</summary>
internal static class ReportFields
{
    private const int MostSamples = int.MaxValue;

    /// <exception cref="ReportFormatException">Another format, another version of this one, or damaged.</exception>
    public static ReportHead Head(JsonField field)
    {
        JsonField schema = field["schema"];
        if (schema.Text() is var version && version != ReportHead.Schema)
        {
            throw schema.Wrong($"\"{version}\" is not known here, only \"{ReportHead.Schema}\"");
        }

        string[] plan = [.. field["plan"].Items().Select(Name)];
        return plan.Distinct().Count() == plan.Length
            ? new ReportHead(Name(field["command"]), Parameters(field["settings"]), plan)
            : throw field["plan"].Wrong("two cases have the same name");
    }

    public static ReportRun Run(JsonField field)
    {
        JsonField shard = field["shard"];
        return new ReportRun(
            Shard.TryParse(shard.Text()) ?? throw shard.Wrong("it is no shard like 2/8"),
            field.Find("started")?.Time(),
            new MachineFacts(Parameters(field["environment"])),
            Rows(field["rows"]));
    }

    /// <param name="field">The case.</param>
    /// <param name="runs">How many sittings there are.</param>
    public static ReportCase Case(JsonField field, int runs)
        => new(Name(field["name"]), field["run"].Integer(0, runs - 1), field.Find("seconds")?.Number(), Rows(field["rows"]));

    public static IReadOnlyList<string> Notes(JsonField field) => [.. field.Find("notes")?.Items().Select(n => n.Text()) ?? []];

    private static IReadOnlyList<Row> Rows(JsonField field) => [.. field.Items().Select(Row)];

    private static Row Row(JsonField field)
    {
        Figure[] figures = [.. field["figures"].Items().Select(Figure)];
        if (figures.Length == 0)
        {
            throw field["figures"].Wrong("a row needs a figure");
        }

        return figures.DistinctBy(f => f.Name).Count() == figures.Length
            ? new Row(Name(field["table"]), Parameters(field["parameters"]), figures)
            : throw field["figures"].Wrong("two figures have the same name");
    }

    private static Figure Figure(JsonField field) => new(Name(field["name"]), field["value"].Number(), field["unit"].Text(), OriginOf(field["origin"]))
    {
        P95 = field.Find("p95")?.Number(),
        Samples = field.Find("samples")?.Integer(1, MostSamples),
        References = [.. field.Find("references")?.Items().Select(Reference) ?? []],
        Baseline = field.Find("baseline") is { } baseline ? new BaselineValue(baseline["value"].Number(), baseline.Find("ratio")?.Number()) : null,
    };

    private static FigureReference Reference(JsonField field)
        => new(Name(field["name"]), field["ratio"].Number(), field.Find("value")?.Number(), OriginOf(field["origin"]));

    private static Origin OriginOf(JsonField field)
        => OriginName.Parse(field.Text()) ?? throw field.Wrong($"it must be one of {string.Join(", ", OriginName.All)}");

    private static Parameter[] Parameters(JsonField field) => [.. field.Members().Select(m => new Parameter(m.Name, Name(m.Value)))];

    private static string Name(JsonField field) => field.Text() is { Length: > 0 } text ? text : throw field.Wrong("it is empty");
}
