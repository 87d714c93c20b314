using System.Text;
using System.Text.Json;

namespace SpecExecNative.Bench.Reporting;

/// <summary>The figures of one run and the machine they come from.</summary>
/// <param name="Title">The subcommand.</param>
/// <param name="Machine">The device's name and the number of logical processors.</param>
/// <param name="Measurements">In order of measuring.</param>
public sealed record Report(string Title, string Machine, IReadOnlyList<Measurement> Measurements)
{
    /// <summary>One table for each measurement name, its parameters as columns.</summary>
    public string ToMarkdown()
    {
        StringBuilder text = new();
        text.Append($"# {Title}\n\n{Machine}, .NET {Environment.Version}\n");
        foreach (IGrouping<string, Measurement> group in Measurements.GroupBy(m => m.Name))
        {
            IEnumerable<string> parameters = group.First().Parameters.Select(p => p.Key);
            string[] columns = [.. parameters, "value", "unit", "reference", "ratio"];
            text.Append($"\n## {group.Key}\n\n| {string.Join(" | ", columns)} |\n|{string.Concat(Enumerable.Repeat("---|", columns.Length))}\n");
            foreach (Measurement m in group)
            {
                text.Append($"| {string.Concat(m.Parameters.Select(p => p.Value + " | "))}{m.Value:G4} | {m.Unit} | {m.Reference} | {m.Ratio:F2} |\n");
            }
        }

        return text.ToString();
    }

    /// <summary>An object with <c>title</c>, <c>machine</c>, <c>runtime</c> and <c>measurements</c>.</summary>
    public string ToJson()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("title", Title);
            json.WriteString("machine", Machine);
            json.WriteString("runtime", Environment.Version.ToString());
            json.WriteStartArray("measurements");
            foreach (Measurement measurement in Measurements)
            {
                Write(json, measurement);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, Measurement measurement)
    {
        json.WriteStartObject();
        json.WriteString("name", measurement.Name);
        json.WriteStartObject("parameters");
        foreach ((string key, string value) in measurement.Parameters)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
        json.WriteNumber("value", measurement.Value);
        json.WriteString("unit", measurement.Unit);
        json.WriteString("reference", measurement.Reference);
        if (measurement.Ratio is { } ratio)
        {
            json.WriteNumber("ratio", ratio);
        }
        else
        {
            json.WriteNull("ratio");
        }

        json.WriteEndObject();
    }
}
