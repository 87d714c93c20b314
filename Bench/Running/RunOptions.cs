using System.CommandLine;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Bench.Running;

/// <summary>The options that every subcommand shares which measures something, and what they do.</summary>
internal sealed class RunOptions
{
    private readonly OutputOptions _output;
    private readonly Option<Shard> _shard = new("--shard")
    {
        Description = "Measure only this share of the cases, e.g. 2/8; `merge` joins the files.",
        HelpName = "I/N",
        DefaultValueFactory = _ => Shard.Whole,
        CustomParser = result =>
        {
            if (Shard.TryParse(result.Tokens[0].Value) is { } shard)
            {
                return shard;
            }

            result.AddError("--shard must be like 2/8: the second of eight.");
            return default;
        },
    };

    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with the interrupted run whose journal lies beside the first --out FILE; without one, begin." };
    private readonly Option<bool> _keepGoing = new("--keep-going", "-k") { Description = "If a case fails, measure the others nevertheless." };
    private readonly Option<bool> _list = new("--list") { Description = "Print the names of the cases, measure nothing." };

    public RunOptions(Command command)
    {
        _output = new OutputOptions(command);
        command.Add(_shard);
        command.Add(_resume);
        command.Add(_keepGoing);
        command.Add(_list);
    }

    /// <summary>Measures, and gives the report to whom it was promised.</summary>
    /// <returns>The exit code: see <see cref="BenchExitCode"/>.</returns>
    public int Execute<TSession>(ParseResult result, BenchPlan<TSession> plan)
        where TSession : BenchSession
    {
        using var interruption = new Interruption();
        return Execute(result, plan, interruption.Token);
    }

    /// <inheritdoc cref="Execute{TSession}(ParseResult, BenchPlan{TSession})"/>
    internal int Execute<TSession>(ParseResult result, BenchPlan<TSession> plan, CancellationToken cancellation)
        where TSession : BenchSession
    {
        (TextWriter output, TextWriter error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
        Shard shard = result.GetValue(_shard);
        if (result.GetValue(_list))
        {
            output.Write(string.Concat(shard.Of(plan.Head.Plan).Select(name => name + "\n")));
            return BenchExitCode.Success;
        }

        var progress = new RunProgress(error, TerminalWidth(error));
        ReportOutput target = _output.Open(result, plan.Command);
        using Journal journal = OpenJournal(result, plan.Head, progress.Note);
        RunOutcome outcome;
        try
        {
            outcome = new BenchRunner(journal, progress, shard, result.GetValue(_keepGoing)).Run(plan, cancellation);
        }
        catch when (journal.Report.Cases.Count == 0)
        {
            journal.Delete(); // it never got as far as a case: there is nothing to go on with
            throw;
        }

        target.Write(journal.Report, output, progress.Note);
        return Close(outcome, journal, error);
    }

    private static int Close(RunOutcome outcome, Journal journal, TextWriter error)
    {
        if (outcome == RunOutcome.Done)
        {
            journal.Delete();
            return BenchExitCode.Success;
        }

        string how = journal.Path is { } path
            ? $"the same command with --resume goes on ({Path.GetFileName(path)})"
            : "with --out FILE it could be resumed";
        string word = outcome == RunOutcome.Interrupted ? "interrupted" : "stopped by a failure";
        error.WriteLine($"{word}: {journal.Report.Cases.Count} of {journal.Report.Head.Plan.Count} cases are done; {how}");
        return outcome == RunOutcome.Interrupted ? BenchExitCode.Interrupted : BenchExitCode.Failed;
    }

    private static int? TerminalWidth(TextWriter error)
    {
        const int LeastWidth = 20;
        return ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected && Console.WindowWidth is var width and >= LeastWidth ? width : null;
    }

    private Journal OpenJournal(ParseResult result, ReportHead head, Action<string> note)
    {
        bool resumes = result.GetValue(_resume);
        if (_output.FirstFile(result) is not { } file)
        {
            return resumes ? throw new BenchException("--resume needs --out FILE: the journal lies beside it.") : Journal.InMemory(head);
        }

        string path = Path.GetFullPath(file + ".journal");
        return resumes ? Journal.Resume(path, head) : Journal.Create(path, head, note);
    }
}
