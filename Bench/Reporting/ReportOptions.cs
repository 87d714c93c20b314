using System.CommandLine;

namespace SpecExecNative.Bench.Reporting;

/// <summary>Where a subcommand's report goes: the options that all of them share.</summary>
internal sealed class ReportOptions
{
    private readonly Option<string> _format = new("--output", "-o") { Description = "What to print: md or json.", DefaultValueFactory = _ => "md" };
    private readonly Option<string?> _file = new("--out") { Description = "Also write PATH.md and PATH.json.", HelpName = "PATH" };

    public ReportOptions(Command command)
    {
        _format.AcceptOnlyFromAmong("md", "json");
        command.Add(_format);
        command.Add(_file);
    }

    /// <summary>Prints the report, and writes it to files if asked to.</summary>
    public void Write(ParseResult result, Report report)
    {
        Console.Write(result.GetValue(_format) == "json" ? report.ToJson() + "\n" : report.ToMarkdown());
        if (result.GetValue(_file) is { } file)
        {
            File.WriteAllText(file + ".md", report.ToMarkdown());
            File.WriteAllText(file + ".json", report.ToJson() + "\n");
        }
    }
}
