using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Bench.Running;

/// <summary>All that a subcommand is going to measure. Making a plan opens no device and loads no model.</summary>
/// <typeparam name="TSession">What all cases share.</typeparam>
/// <param name="Command">The subcommand.</param>
/// <param name="Settings">What was chosen on the command line and changes figures; no paths.</param>
/// <param name="Open">Opens what the cases share; its second argument receives lines about anything that is not as it should be.</param>
/// <param name="Cases">In order.</param>
internal sealed record BenchPlan<TSession>(
    string Command,
    IReadOnlyList<Parameter> Settings,
    Func<CancellationToken, Action<string>, TSession> Open,
    IReadOnlyList<BenchCase<TSession>> Cases)
    where TSession : BenchSession
{
    /// <summary>What files say of it.</summary>
    /// <exception cref="BenchException">Two cases have the same name: something was asked for twice.</exception>
    public ReportHead Head
    {
        get
        {
            string[] names = [.. Cases.Select(c => c.Name)];
            return names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice
                ? throw new BenchException($"\"{twice.Key}\" was asked for twice.")
                : new ReportHead(Command, Settings, names);
        }
    }
}
