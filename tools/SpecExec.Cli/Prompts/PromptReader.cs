using SpecExecNative.Cli.Models;
using SpecExecNative.Cli.Options;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Cli.Terminal;

namespace SpecExecNative.Cli.Prompts;

/// <summary>Finds the prompt: on the command line, in a file, on stdin, or the demo pair's own.</summary>
internal static class PromptReader
{
    /// <exception cref="UsageException">There is none, or it is not text.</exception>
    public static async Task<string> ReadAsync(
        PromptRequest request, bool isDemoPair, CommandContext context, CancellationToken cancellation)
    {
        if (request.IsStandardInput)
        {
            return await ReadInputAsync(context, cancellation).ConfigureAwait(false);
        }

        if (request.Text is not null)
        {
            return request.Text;
        }

        if (request.File is not null)
        {
            return WithoutLineEnd(await TextFile.ReadAsync("--prompt-file", request.File, cancellation).ConfigureAwait(false));
        }

        string piped = context.Host.IsInputRedirected
            ? await ReadInputAsync(context, cancellation).ConfigureAwait(false)
            : "";
        if (piped.Length > 0)
        {
            return piped;
        }

        if (!isDemoPair)
        {
            throw new UsageException("There is no prompt: give --prompt or --prompt-file, or pipe a text in.");
        }

        context.Notices.Say($"no prompt given; continuing \"{DemoPair.SamplePrompt}\"");
        return DemoPair.SamplePrompt;
    }

    private static async Task<string> ReadInputAsync(CommandContext context, CancellationToken cancellation)
        => WithoutLineEnd(await StandardInput.ReadAsync(context, "prompt", cancellation).ConfigureAwait(false));

    /// <summary>Editors and echo put a line break behind a text that nobody meant to be continued after one.</summary>
    private static string WithoutLineEnd(string text)
        => text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
}
