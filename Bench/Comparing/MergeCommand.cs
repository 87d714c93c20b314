using System.CommandLine;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Bench.Running;

namespace SpecExecNative.Bench.Comparing;

/// <summary><c>merge</c>: one report of the files that a run's shards have written. With one file it converts, or compares with a baseline.</summary>
internal static class MergeCommand
{
    public static Command Create()
    {
        Argument<string[]> files = new("FILES") { Description = "Reports (.json, .jsonl, .csv) of one run's parts.", Arity = ArgumentArity.OneOrMore };
        Command command = new("merge", "Join the reports of a run's shards; says what is missing (exit code 1).") { files };
        var output = new OutputOptions(command);
        command.SetAction(result =>
        {
            TextWriter error = result.InvocationConfiguration.Error;
            Report merged = ReportMerge.Merge([.. result.GetValue(files)!.Select(file => (Path.GetFileName(file), ReportReader.Read(file)))]);
            output.Open(result, merged.Head.Command).Write(merged, result.InvocationConfiguration.Output, error.WriteLine);
            foreach ((Shard shard, IReadOnlyList<string> cases) in ReportMerge.Missing(merged))
            {
                error.WriteLine($"missing: shard {shard}, {cases.Count} case{(cases.Count == 1 ? "" : "s")}: {string.Join("; ", cases)}");
            }

            return merged.MissingCases.Count == 0 ? BenchExitCode.Success : BenchExitCode.Failed;
        });
        return command;
    }
}
