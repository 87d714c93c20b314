using System.CommandLine;
using SpecExecNative.Cli.Options;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Engine.Generation;

namespace SpecExecNative.Cli.Commands;

/// <summary><c>specexec generate</c>: continues a text.</summary>
internal static class GenerateCommand
{
    public static Command Create(CliHost host)
    {
        var options = new GenerationCliOptions();
        var json = new Option<bool>("--json") { Description = "One JSON object on stdout instead of the text; with -v it holds every iteration." };
        var trace = new Option<string?>("--trace") { Description = "Write what card and host did, for chrome://tracing or ui.perfetto.dev.", HelpName = "file" };
        var command = new Command("generate", "Continue a text. Tokens appear on stdout as they are accepted, statistics on stderr at the end.");
        options.AddTo(command);
        command.Add(json);
        command.Add(trace);
        command.SetAction((arguments, cancellation) => RunAsync(
            options.Read(arguments, host, needsDraft: false),
            arguments.GetValue(json),
            arguments.GetValue(trace),
            new CommandContext(host, arguments),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        GenerationRequest request, bool json, string? trace, CommandContext context, CancellationToken cancellation)
    {
        using GenerationJob job = await GenerationJob.OpenAsync(request, context, cancellation).ConfigureAwait(false);
        GenerationOptions options = job.Options with { MeasurePlainDecoding = job.Options.Method is not DecodingMethod.None, KeepsTimeline = trace is not null };
        var text = new StreamedText(context.Output, context.Host.IsOutputTerminal);
        GenerationResult result = await job.RunAsync(options, Show, cancellation).ConfigureAwait(false);
        if (trace is not null)
        {
            TraceFile.Write(trace, job.Session.Device.Name, result.Timespans);
        }

        if (json)
        {
            GenerationJson.Write(context.Output, result, job.Session, context.Verbose);
        }
        else
        {
            text.End();
        }

        StatisticsReport.Write(context.Notices, result);
        return (int)(result.Finish is null ? ExitCode.Cancelled : ExitCode.Success);

        bool Show(GenerationStep step)
        {
            if (!json)
            {
                text.Append(step.Text, isLast: step.Finish is not null);
            }

            return true;
        }
    }
}
