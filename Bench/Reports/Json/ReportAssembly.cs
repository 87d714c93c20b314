namespace SpecExecNative.Bench.Reports.Json;

/// <summary>Puts cases and their report together, and sees that they fit.</summary>
internal static class ReportAssembly
{
    /// <exception cref="ReportFormatException">A case that was not planned, or one that is there twice.</exception>
    public static Report Of(string file, ReportHead head, IReadOnlyList<ReportRun> runs, IReadOnlyList<ReportCase> cases, IReadOnlyList<string> notes)
    {
        HashSet<string> planned = [.. head.Plan];
        HashSet<string> seen = [];
        for (int i = 0; i < cases.Count; i++)
        {
            if (!planned.Contains(cases[i].Name))
            {
                throw new ReportFormatException(file, $"cases[{i}].name", $"\"{cases[i].Name}\" is not in the plan");
            }

            if (!seen.Add(cases[i].Name))
            {
                throw new ReportFormatException(file, $"cases[{i}].name", $"\"{cases[i].Name}\" is there twice");
            }
        }

        return new Report(head, runs, cases, notes);
    }
}
