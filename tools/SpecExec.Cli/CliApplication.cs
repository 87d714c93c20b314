using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using SpecExecNative.Cli.Commands;
using SpecExecNative.Cli.Commands.Kernels;
using SpecExecNative.Cli.Options;
using SpecExecNative.Cli.Terminal;

namespace SpecExecNative.Cli;

/// <summary>The whole command, apart from the process it runs in.</summary>
public static class CliApplication
{
    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">Without the program's name.</param>
    /// <param name="host">The streams and devices to use; they stay the caller's.</param>
    /// <param name="cancellation">Ctrl+C.</param>
    /// <returns>An <see cref="ExitCode"/>; no failure leaves as an exception.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CliHost host, CancellationToken cancellation)
    {
        ParseResult? parsed = null;
        try
        {
            // Without response files: a prompt may begin with @.
            parsed = CreateRoot(host).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Action is ParseErrorAction)
            {
                return ReportParseErrors(parsed, host.Error);
            }

            var invocation = new InvocationConfiguration
            {
                Output = host.Output,
                Error = host.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // the caller turns signals into the cancellation
            };
            int code = await parsed.InvokeAsync(invocation, cancellation).ConfigureAwait(false);
            ClosedPipe.Tolerate(host.Output.Flush);
            return code;
        }
        catch (Exception e)
        {
            Exception failure = ExitCodes.Unwrap(e);
            Report(failure, host.Error, isVerbose: parsed?.GetValue(GlobalCliOptions.Verbose) ?? false);
            return (int)ExitCodes.Of(failure);
        }
    }

    private static RootCommand CreateRoot(CliHost host)
    {
        var root = new RootCommand("Lossless speculative decoding: a small draft model guesses a tree of tokens, the target checks it in one pass.")
        {
            GenerateCommand.Create(host),
            CompareCommand.Create(host),
            TreeCommand.Create(host),
            InspectCommand.Create(host),
            PlanCommand.Create(host),
            QuantizeCommand.Create(host),
            PerplexityCommand.Create(host),
            DoctorCommand.Create(host),
            KernelsCommand.Create(host),
            PinnedProbeCommand.Create(host),
        };
        root.Add(GlobalCliOptions.NoColor);
        root.Add(GlobalCliOptions.Verbose);
        ExitCodeHelp.AddTo(root);
        return root;
    }

    private static int ReportParseErrors(ParseResult parsed, TextWriter error)
    {
        foreach (ParseError problem in parsed.Errors)
        {
            error.WriteLine($"specexec: error: {VisibleText.Of(ParseErrorText.Of(problem))}");
        }

        string command = parsed.CommandResult.Command is RootCommand ? "specexec" : $"specexec {parsed.CommandResult.Command.Name}";
        error.WriteLine($"See {command} --help.");
        return (int)ExitCode.Usage;
    }

    private static void Report(Exception failure, TextWriter error, bool isVerbose)
    {
        if (ClosedPipe.IsCauseOf(failure))
        {
            return;
        }

        error.WriteLine(failure is OperationCanceledException ? "specexec: cancelled" : $"specexec: error: {VisibleText.Of(failure.Message)}");
        if (isVerbose)
        {
            error.WriteLine(VisibleText.Prose(failure.ToString().ReplaceLineEndings("\n")));
        }
    }
}
