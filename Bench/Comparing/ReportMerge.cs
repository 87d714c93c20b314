using SpecExecNative.Bench.Reports;
using SpecExecNative.Bench.Reports.Json;
using SpecExecNative.Bench.Running;

namespace SpecExecNative.Bench.Comparing;

/// <summary>Joins the reports of a run's shards, or of whatever parts there are.</summary>
internal static class ReportMerge
{
    /// <summary>One report with the sittings and cases of all.</summary>
    /// <param name="parts">Reports of the same command, settings and plan; the same part may be there twice.</param>
    /// <exception cref="MergeException">One does not belong to the others, or says something else of the same case.</exception>
    public static Report Merge(IReadOnlyList<(string File, Report Report)> parts)
    {
        ReportHead head = parts[0].Report.Head;
        List<string> runKeys = [];
        List<ReportRun> runs = [];
        Dictionary<string, (string File, string Line)> seen = [];
        List<ReportCase> cases = [];
        foreach ((string file, Report part) in parts)
        {
            if (head.DifferenceTo(part.Head) is { } difference)
            {
                throw new MergeException(file, $"it is a part of another run than {parts[0].File} ({difference})");
            }

            int[] places = [.. part.Runs.Select(run => PlaceOf(run, runKeys, runs))];
            foreach (ReportCase done in part.Cases)
            {
                ReportCase moved = done with { Run = places[done.Run] };
                string line = JsonLines.CaseLine(moved);
                if (seen.TryAdd(done.Name, (file, line)))
                {
                    cases.Add(moved);
                }
                else if (seen[done.Name].Line != line)
                {
                    throw new MergeException(file, $"it contradicts {seen[done.Name].File}: both have measured \"{done.Name}\"");
                }
            }
        }

        return new Report(head, runs, cases, [.. parts.SelectMany(p => p.Report.Notes).Distinct()]);
    }

    /// <summary>Which shards lack which of their cases; shards of the size that the parts had.</summary>
    public static IEnumerable<(Shard Shard, IReadOnlyList<string> Cases)> Missing(Report report)
    {
        HashSet<string> missing = [.. report.MissingCases];
        int count = report.Runs.Select(r => r.Shard.Count).DefaultIfEmpty(1).Max();
        return Enumerable.Range(1, count).Select(number => new Shard(number, count))
            .Select(shard => (Shard: shard, Cases: (IReadOnlyList<string>)[.. shard.Of(report.Head.Plan).Where(missing.Contains)]))
            .Where(s => s.Cases.Count > 0);
    }

    private static int PlaceOf(ReportRun run, List<string> keys, List<ReportRun> runs)
    {
        string key = JsonLines.RunLine(run);
        if (keys.IndexOf(key) is var place and >= 0)
        {
            return place;
        }

        keys.Add(key);
        runs.Add(run);
        return runs.Count - 1;
    }
}
