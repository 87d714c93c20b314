using SpecExecNative.Cli.Models;
using SpecExecNative.Cli.Options;
using SpecExecNative.Cli.Prompts;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Cli.Terminal;

namespace SpecExecNative.Cli.Evaluation;

/// <summary>Finds the text to be scored: in a file, on stdin, or the demo pair's own. Every character of it counts.</summary>
internal static class EvaluationTextReader
{
    private const string StandardInputName = "-";

    /// <exception cref="UsageException">There is none, or it is not text.</exception>
    public static async Task<string> ReadAsync(PerplexityRequest request, CommandContext context, CancellationToken cancellation)
        => request.File == StandardInputName
            ? await StandardInput.ReadAsync(context, "text", cancellation).ConfigureAwait(false)
            : await TextFile.ReadAsync("--file", request.File ?? DemoText(context), cancellation).ConfigureAwait(false);

    private static string DemoText(CommandContext context)
    {
        string path = Path.Combine(context.Host.BaseDirectory, DemoPair.HeldOutText);
        if (!File.Exists(path))
        {
            throw new UsageException("There is no text to score: give --file, or --file - for stdin.");
        }

        context.Notices.Say("no --file given; scoring the chapters that the demo pair was not trained on");
        return path;
    }
}
