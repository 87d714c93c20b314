using System.Text;
using System.Text.Json;

namespace SpecExecNative.Bench.Reports.Json;

/// <summary>
/// A report as lines of JSON: the head, then runs and cases as they come. A journal is such a file that grows; whatever broke off in the
/// middle of its last line was not done.
/// </summary>
internal static class JsonLines
{
    public static string Write(Report report)
    {
        StringBuilder text = new(HeadLine(report.Head, report.Notes));
        foreach (ReportRun run in report.Runs)
        {
            text.Append(RunLine(run));
        }

        foreach (ReportCase done in report.CasesInOrder)
        {
            text.Append(CaseLine(done));
        }

        return text.ToString();
    }

    public static string HeadLine(ReportHead head, IReadOnlyList<string> notes) => Line(json =>
    {
        json.WriteStartObject();
        JsonPieces.Head(json, head);
        JsonPieces.Texts(json, "notes", notes);
        json.WriteEndObject();
    });

    public static string RunLine(ReportRun run) => Line(json => Member(json, "run", () => JsonPieces.Run(json, run)));

    public static string CaseLine(ReportCase done) => Line(json => Member(json, "case", () => JsonPieces.Case(json, done)));

    /// <exception cref="ReportFormatException">It is no such report.</exception>
    public static Report Read(string text, string file) => Read(text, file, "");

    /// <param name="text">The lines.</param>
    /// <param name="file">The file's name.</param>
    /// <param name="prefix">What stands before each line: the mark of a comment.</param>
    /// <exception cref="ReportFormatException">It is no such report.</exception>
    internal static Report Read(string text, string file, string prefix)
    {
        ReportHead? head = null;
        IReadOnlyList<string> notes = [];
        List<ReportRun> runs = [];
        List<ReportCase> cases = [];
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd('\r');
            if (line.Length <= prefix.Length)
            {
                continue;
            }

            JsonField.Parse(line[prefix.Length..], file, $"line {i + 1}", field =>
            {
                if (head is null)
                {
                    head = ReportFields.Head(field);
                    notes = ReportFields.Notes(field);
                }
                else if (field.Find("run") is { } run)
                {
                    runs.Add(ReportFields.Run(run));
                }
                else
                {
                    cases.Add(ReportFields.Case(field["case"], runs.Count));
                }

                return true;
            });
        }

        return ReportAssembly.Of(file, head ?? throw new ReportFormatException(file, "", "it is empty"), runs, cases, notes);
    }

    private static void Member(Utf8JsonWriter json, string name, Action value)
    {
        json.WriteStartObject();
        json.WritePropertyName(name);
        value();
        json.WriteEndObject();
    }

    private static string Line(Action<Utf8JsonWriter> write) => JsonPieces.Text(indented: false, write) + "\n";
}
