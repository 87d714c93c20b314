using System.CommandLine;
using SpecExecNative.Cli.Options;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Cli.TreeDrawing;
using SpecExecNative.Engine.Generation;

namespace SpecExecNative.Cli.Commands;

/// <summary><c>specexec compare</c>: is speculation lossless here, and what does it bring?</summary>
internal static class CompareCommand
{
    public static Command Create(CliHost host)
    {
        var options = new GenerationCliOptions();
        var json = new Option<bool>("--json") { Description = "One JSON object on stdout instead of the report." };
        var command = new Command(
            "compare",
            $"Write the same text with and without speculation and compare it token by token. Exit code 0: identical; {(int)ExitCode.TextsDiffer}: different.");
        options.AddTo(command);
        command.Add(json);
        command.SetAction((arguments, cancellation) => RunAsync(
            options.Read(arguments, host, needsDraft: true),
            arguments.GetValue(json),
            new CommandContext(host, arguments),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        GenerationRequest request, bool json, CommandContext context, CancellationToken cancellation)
    {
        using GenerationJob job = await GenerationJob.OpenAsync(request, context, cancellation).ConfigureAwait(false);
        if (job.Options is { Method: DecodingMethod.SpecInfer, Sampling.Temperature: > 0 })
        {
            throw new UsageException("compare with --method specinfer needs --temp 0: above that the text has the target's distribution, but is not the text that plain decoding writes with the same seed.");
        }

        GenerationOptions plain = job.Options with { Method = DecodingMethod.None };

        // Whoever runs first would pay for .NET compiling the code that both run: one iteration of each is not timed.
        await job.RunAsync(job.Options, _ => false, cancellation).ConfigureAwait(false);
        await job.RunAsync(plain, _ => false, cancellation).ConfigureAwait(false);

        var comparison = new TextComparison(
            await RunAsync(job.Options).ConfigureAwait(false), await RunAsync(plain).ConfigureAwait(false));
        if (!comparison.IsComplete)
        {
            throw new OperationCanceledException(cancellation);
        }

        // The verdict stands, whether or not someone reads the report to its end.
        ClosedPipe.Tolerate(Write);
        return (int)(comparison.IsIdentical ? ExitCode.Success : ExitCode.TextsDiffer);

        void Write()
        {
            if (json)
            {
                ComparisonJson.Write(context.Output, comparison, job.Session, context.Verbose);
            }
            else
            {
                ComparisonReport.Write(context.Output, comparison, new TokenLabels(job.Session.Target.Tokenizer).Of);
            }
        }

        Task<GenerationResult> RunAsync(GenerationOptions options)
        {
            context.Notices.Detail($"writing the text with --method {MethodNames.NameOf(options.Method)}");
            return job.RunAsync(options, _ => true, cancellation);
        }
    }
}
