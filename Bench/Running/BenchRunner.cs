using System.Diagnostics;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Machine;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Bench.Running;

/// <summary>Measures what a journal still lacks of a shard's cases.</summary>
/// <param name="journal">Receives what is done.</param>
/// <param name="progress">Says what is done.</param>
/// <param name="shard">Which cases.</param>
/// <param name="keepsGoing">A case that fails does not end the sitting.</param>
internal sealed class BenchRunner(Journal journal, RunProgress progress, Shard shard, bool keepsGoing)
{
    /// <summary>One sitting.</summary>
    public RunOutcome Run<TSession>(BenchPlan<TSession> plan, CancellationToken cancellation)
        where TSession : BenchSession
    {
        BenchCase<TSession>[] all = [.. shard.Of(plan.Cases)];
        HashSet<string> missing = [.. journal.Report.MissingCases];
        BenchCase<TSession>[] open = [.. all.Where(c => missing.Contains(c.Name))];
        if (open.Length == 0)
        {
            return RunOutcome.Done;
        }

        progress.Start(all.Length, all.Length - open.Length);
        try
        {
            DateTimeOffset started = DateTimeOffset.UtcNow;
            using TSession session = plan.Open(cancellation, progress.Note);
            journal.Add(new ReportRun(shard, started, MachineReader.Read(session.Device, session.Card), session.Rows));
            return Measure(session, open, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return RunOutcome.Interrupted;
        }
        finally
        {
            progress.End();
        }
    }

    private RunOutcome Measure<TSession>(TSession session, IReadOnlyList<BenchCase<TSession>> cases, CancellationToken cancellation)
        where TSession : BenchSession
    {
        var outcome = RunOutcome.Done;
        foreach (BenchCase<TSession> next in cases)
        {
            cancellation.ThrowIfCancellationRequested();
            progress.Begin(next.Name);
            long start = Stopwatch.GetTimestamp();
            try
            {
                Row[] rows = [.. next.Measure(session, cancellation)];
                journal.Add(new ReportCase(next.Name, journal.Report.Runs.Count - 1, Stopwatch.GetElapsedTime(start).TotalSeconds, rows));
                progress.Finish(Stopwatch.GetElapsedTime(start));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                progress.Note($"{next.Name} failed: {BenchErrors.Describe(e)}");
                outcome = RunOutcome.Failed;
                if (!keepsGoing)
                {
                    return outcome;
                }
            }
        }

        return outcome;
    }
}
