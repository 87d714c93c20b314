using SpecExecNative.Bench.Figures;

namespace SpecExecNative.Bench.Reports;

/// <summary>What a run sets out to do; the same for its shards, and for its continuation after an interruption.</summary>
/// <param name="Command">The subcommand.</param>
/// <param name="Settings">Everything that was chosen on the command line and changes figures, in the order to print; no paths.</param>
/// <param name="Plan">Names of all cases, in order; distinct.</param>
internal sealed record ReportHead(string Command, IReadOnlyList<Parameter> Settings, IReadOnlyList<string> Plan)
{
    /// <summary>The version of the file format: a reader that does not know it must not guess.</summary>
    public const string Schema = "specexec-bench/1";

    /// <summary>How another run's head differs from this one; null: it does not.</summary>
    public string? DifferenceTo(ReportHead other)
    {
        if (Command != other.Command)
        {
            return $"command {other.Command} instead of {Command}";
        }

        foreach (string name in Settings.Concat(other.Settings).Select(s => s.Name).Distinct())
        {
            (string mine, string theirs) = (ValueOf(name), other.ValueOf(name));
            if (mine != theirs)
            {
                return $"{name} = {theirs} instead of {mine}";
            }
        }

        return Plan.SequenceEqual(other.Plan) ? null : "other cases";
    }

    private string ValueOf(string setting) => Settings.Where(s => s.Name == setting).Select(s => s.Value).FirstOrDefault("(not set)");
}
