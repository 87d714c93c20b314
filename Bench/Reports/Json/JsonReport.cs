namespace SpecExecNative.Bench.Reports.Json;

/// <summary>A report as one JSON object. Bench/Reports/README.md describes it.</summary>
internal static class JsonReport
{
    public static string Write(Report report) => JsonPieces.Text(indented: true, json =>
    {
        json.WriteStartObject();
        JsonPieces.Head(json, report.Head);
        JsonPieces.Texts(json, "notes", report.Notes);
        json.WriteStartArray("runs");
        foreach (ReportRun run in report.Runs)
        {
            JsonPieces.Run(json, run);
        }

        json.WriteEndArray();
        json.WriteStartArray("cases");
        foreach (ReportCase done in report.CasesInOrder)
        {
            JsonPieces.Case(json, done);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }) + "\n";

    /// <exception cref="ReportFormatException">It is no such report.</exception>
    public static Report Read(string text, string file) => JsonField.Parse(text, file, "", root =>
    {
        ReportHead head = ReportFields.Head(root);
        ReportRun[] runs = [.. root["runs"].Items().Select(ReportFields.Run)];
        ReportCase[] cases = [.. root["cases"].Items().Select(c => ReportFields.Case(c, runs.Length))];
        return ReportAssembly.Of(file, head, runs, cases, ReportFields.Notes(root));
    });
}
