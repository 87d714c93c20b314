using System.CommandLine;
using SpecExecNative.Cli.Evaluation;
using SpecExecNative.Cli.Options;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Engine.Evaluation;

namespace SpecExecNative.Cli.Commands;

/// <summary><c>specexec perplexity</c>: how well does a model predict a text, and how far is it from a reference?</summary>
internal static class PerplexityCommand
{
    public static Command Create(CliHost host)
    {
        var options = new PerplexityCliOptions();
        var json = new Option<bool>("--json") { Description = "One JSON object on stdout instead of the report." };
        var command = new Command(
            "perplexity",
            "Measure how well a model predicts a text; with --reference also how far its distributions are from another model's.");
        options.AddTo(command);
        command.Add(json);
        command.SetAction((arguments, cancellation) => RunAsync(
            options.Read(arguments), arguments.GetValue(json), new CommandContext(host, arguments), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(PerplexityRequest request, bool json, CommandContext context, CancellationToken cancellation)
    {
        string name = request.Model ?? ModelArgument.DemoTarget(context);
        string text = await EvaluationTextReader.ReadAsync(request, context, cancellation).ConfigureAwait(false);
        using EvaluatedModels models = EvaluatedModels.Open(name, request.Reference);
        TextWindows windows = models.Cut(text, request);
        using EvaluationSession session = await EvaluationSession
            .LoadAsync(models, windows.Options, request.Device, context, cancellation)
            .ConfigureAwait(false);
        PerplexityResult result = await ScoringProgress
            .ShowAsync(context.Notices, progress => session.Run.Score(windows, progress, cancellation))
            .ConfigureAwait(false);

        // The work is done, whether or not someone reads the report to its end.
        ClosedPipe.Tolerate(Write);
        return (int)ExitCode.Success;

        void Write()
        {
            if (json)
            {
                PerplexityJson.Write(context.Output, result, windows, models, session.Device.Name);
            }
            else
            {
                PerplexityReport.Write(context.CreateOutputConsole(), result, windows);
                context.Output.Flush();
                LabelledLines.Write(context.Notices.Ansi, "time", $"{Quantity.Time(result.Elapsed)} ({Quantity.Rate(result.TokensPerSecond)})");
            }
        }
    }
}
