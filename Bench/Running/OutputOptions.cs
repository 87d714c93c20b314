using System.CommandLine;
using SpecExecNative.Bench.Comparing;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Bench.Running;

/// <summary>Where a report goes, and what it is compared with: options of every subcommand.</summary>
internal sealed class OutputOptions
{
    private readonly Option<string> _format = new("--output", "-o") { Description = "What to print: md, csv, json or jsonl.", DefaultValueFactory = _ => "md" };
    private readonly Option<string[]> _files = new("--out")
    {
        Description = "Also write FILE, in the format of its extension; several times for several formats. Without such an extension: FILE.md and FILE.json.",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _baseline = new("--baseline") { Description = "An earlier .json, .jsonl or .csv of the same subcommand: each figure's ratio to it.", HelpName = "FILE" };

    private readonly Option<string?> _plots = new("--plots") { Description = "Also draw whatever the tables give, as PNG and SVG, in DIR.", HelpName = "DIR" };
    private readonly Option<string?> _page = new("--report") { Description = "Also write everything, pictures and tables, as one page.", HelpName = "FILE.html" };

    public OutputOptions(Command command)
    {
        _page.Validators.Add(result =>
        {
            if (!Path.GetExtension(result.GetValueOrDefault<string>() ?? "").Equals(".html", StringComparison.OrdinalIgnoreCase))
            {
                result.AddError("--report must be like FILE.html; other formats are for --out.");
            }
        });
        _format.AcceptOnlyFromAmong([.. ReportFormats.Names]);
        command.Add(_format);
        command.Add(_files);
        command.Add(_plots);
        command.Add(_page);
        command.Add(_baseline);
    }

    /// <summary>The first <c>--out</c> as given; null: none.</summary>
    public string? FirstFile(ParseResult result) => (result.GetValue(_files) ?? []).FirstOrDefault();

    /// <summary>Reads the baseline and looks at the places of pictures now, before hours are spent on what they are for.</summary>
    /// <exception cref="BenchException">A place cannot be written to.</exception>
    /// <exception cref="ReportFormatException">It is none.</exception>
    /// <exception cref="BaselineException">It is another subcommand's.</exception>
    public ReportOutput Open(ParseResult result, string command)
    {
        Baseline? baseline = result.GetValue(_baseline) is { } file ? Baseline.Read(file, command) : null;
        var pictures = new PictureOutput(result.GetValue(_plots), result.GetValue(_page));
        pictures.Prepare();
        return new ReportOutput(ReportFormats.Parse(result.GetValue(_format)!)!.Value, [.. (result.GetValue(_files) ?? []).SelectMany(Targets)], pictures, baseline);
    }

    private static IEnumerable<(string Path, ReportFormat Format)> Targets(string file)
        => ReportFormats.OfFile(file) is { } format ? [(file, format)] : [(file + ".md", ReportFormat.Markdown), (file + ".json", ReportFormat.Json)];
}
