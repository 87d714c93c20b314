using System.CommandLine;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Bench.Running;

namespace SpecExecNative.Tests.Bench.Running;

/// <summary>A subcommand whose cases cost nothing, with the options that all subcommands share.</summary>
internal sealed class FakeRun
{
    public const int Cases = 7;

    /// <summary>Is told of each case before it is measured, with its source of cancellation: may interrupt, or fail.</summary>
    public Action<int, CancellationTokenSource> OnCase { get; init; } = (_, _) => { };

    public string Setting { get; init; } = "1";

    /// <summary>Names of the cases that were measured.</summary>
    public List<string> Measured { get; } = [];

    public int Opened { get; private set; }

    public string Output { get; private set; } = "";

    public string Error { get; private set; } = "";

    /// <summary>What the last run printed as JSON.</summary>
    public Report Printed => ReportReader.Read(Output, ReportFormat.Json, "output");

    /// <returns>The exit code.</returns>
    public int Run(params string[] args)
    {
        using CancellationTokenSource cancellation = new();
        (StringWriter output, StringWriter error) = (new StringWriter(), new StringWriter());
        Command command = new("fake");
        var options = new RunOptions(command);
        int code = -1;
        command.SetAction(result => code = options.Execute(result, Plan(cancellation), cancellation.Token));
        try
        {
            command.Parse(args).Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        finally
        {
            (Output, Error) = (output.ToString(), error.ToString());
        }

        return code;
    }

    private BenchPlan<Session> Plan(CancellationTokenSource interruption) => new(
        "fake",
        [new("setting", Setting)],
        (_, _) =>
        {
            Opened++;
            return new Session();
        },
        [.. Enumerable.Range(0, Cases).Select(i => new BenchCase<Session>($"case {i}", (_, cancellation) => Measure(i, interruption, cancellation)))]);

    private IEnumerable<Row> Measure(int i, CancellationTokenSource interruption, CancellationToken cancellation)
    {
        OnCase(i, interruption);
        cancellation.ThrowIfCancellationRequested();
        Measured.Add($"case {i}");
        yield return new Row("squares", [new("i", $"{i}")], [new Figure("square", i * i, "")]);
    }

    private sealed class Session : BenchSession
    {
        public override string Device => "nothing";

        public override IReadOnlyList<Row> Rows => [new Row("limits", [], [new Figure("limit", 1, "")])];

        public override void Dispose()
        {
            // Nothing is held.
        }
    }
}
