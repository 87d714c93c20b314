using SpecExecNative.Bench.Figures;

namespace SpecExecNative.Bench.Reports;

/// <summary>What is known of a run so far; the same whether it just ended or was read from a file.</summary>
/// <param name="Head">What was to be done.</param>
/// <param name="Runs">The sittings.</param>
/// <param name="Cases">What was done, in any order; names are distinct.</param>
/// <param name="Notes">What else the reader must know.</param>
internal sealed record Report(ReportHead Head, IReadOnlyList<ReportRun> Runs, IReadOnlyList<ReportCase> Cases, IReadOnlyList<string> Notes)
{
    /// <summary>All rows, with the index of their sitting: first those that each sitting began with, then the cases' in the plan's order.</summary>
    public IEnumerable<(int Run, Row Row)> Rows => Runs.SelectMany((run, i) => run.Rows.Select(row => (i, row)))
        .Concat(CasesInOrder.SelectMany(c => c.Rows.Select(row => (c.Run, row))));

    /// <summary>As planned.</summary>
    public IEnumerable<ReportCase> CasesInOrder
    {
        get
        {
            ILookup<string, ReportCase> byName = Cases.ToLookup(c => c.Name);
            return Head.Plan.SelectMany(name => byName[name]);
        }
    }

    /// <summary>Planned cases that nobody has measured yet.</summary>
    public IReadOnlyList<string> MissingCases => [.. Head.Plan.Except(Cases.Select(c => c.Name))];

    /// <summary>The notes, and before them what is missing.</summary>
    public IEnumerable<string> NotesToRead => MissingCases.Count == 0 ? Notes : Notes.Prepend($"Incomplete: {Cases.Count} of {Head.Plan.Count} cases.");

    /// <summary>The same report with each row as <paramref name="change"/> makes it.</summary>
    public Report Select(Func<Row, Row> change) => this with
    {
        Runs = [.. Runs.Select(run => run with { Rows = [.. run.Rows.Select(change)] })],
        Cases = [.. Cases.Select(c => c with { Rows = [.. c.Rows.Select(change)] })],
    };
}
