using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SpecExecNative.Bench.Figures;

namespace SpecExecNative.Bench.Reports.Json;

/// <summary>Writes the parts that JSON and JSON lines share. What is not known is left out.</summary>
internal static class JsonPieces
{
    /// <summary>Text of one value; <c>µ</c> and <c>×</c> stay what they are.</summary>
    public static string Text(bool indented, Action<Utf8JsonWriter> write)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes, new JsonWriterOptions { Indented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>Members of an object that is open.</summary>
    public static void Head(Utf8JsonWriter json, ReportHead head)
    {
        json.WriteString("schema", ReportHead.Schema);
        json.WriteString("command", PlainText.Of(head.Command));
        Parameters(json, "settings", head.Settings);
        Texts(json, "plan", head.Plan);
    }

    public static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(PlainText.Of(text));
        }

        json.WriteEndArray();
    }

    public static void Run(Utf8JsonWriter json, ReportRun run)
    {
        json.WriteStartObject();
        json.WriteString("shard", run.Shard.ToString());
        if (run.Started is { } started)
        {
            json.WriteString("started", started.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        }

        Parameters(json, "environment", run.Environment.Values);
        Rows(json, run.Rows);
        json.WriteEndObject();
    }

    public static void Case(Utf8JsonWriter json, ReportCase done)
    {
        json.WriteStartObject();
        json.WriteString("name", PlainText.Of(done.Name));
        json.WriteNumber("run", done.Run);
        Number(json, "seconds", done.Seconds);
        Rows(json, done.Rows);
        json.WriteEndObject();
    }

    private static void Rows(Utf8JsonWriter json, IReadOnlyList<Row> rows)
    {
        // In a file for people, too, a row is one line: what changed between two files is then a list of rows.
        string lineStart = json.Options.Indented ? "\n" + new string(' ', json.Options.IndentSize * (json.CurrentDepth + 1)) : "";
        json.WriteStartArray("rows");
        foreach (Row row in rows)
        {
            json.WriteRawValue(lineStart + Text(indented: false, inner => Write(inner, row)), skipInputValidation: true);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Row row)
    {
        json.WriteStartObject();
        json.WriteString("table", PlainText.Of(row.Table));
        Parameters(json, "parameters", row.Parameters);
        json.WriteStartArray("figures");
        foreach (Figure figure in row.Figures)
        {
            Write(json, figure);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Figure figure)
    {
        json.WriteStartObject();
        json.WriteString("name", PlainText.Of(figure.Name));
        json.WriteNumber("value", figure.Value);
        json.WriteString("unit", PlainText.Of(figure.Unit));
        json.WriteString("origin", OriginName.Of(figure.Origin));
        Number(json, "p95", figure.P95);
        Number(json, "samples", figure.Samples);
        if (figure.References.Count > 0)
        {
            json.WriteStartArray("references");
            foreach (FigureReference reference in figure.References)
            {
                json.WriteStartObject();
                json.WriteString("name", PlainText.Of(reference.Name));
                Number(json, "value", reference.Value);
                json.WriteString("origin", OriginName.Of(reference.Origin));
                json.WriteNumber("ratio", reference.Ratio);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (figure.Baseline is { } baseline)
        {
            json.WriteStartObject("baseline");
            json.WriteNumber("value", baseline.Value);
            Number(json, "ratio", baseline.Ratio);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Parameters(Utf8JsonWriter json, string name, IReadOnlyList<Parameter> parameters)
    {
        json.WriteStartObject(name);
        foreach (Parameter parameter in parameters)
        {
            json.WriteString(PlainText.Of(parameter.Name), PlainText.Of(parameter.Value));
        }

        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }
}
