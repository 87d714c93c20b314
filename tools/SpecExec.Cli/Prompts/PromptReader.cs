using System.Text;
using SpecExecNative.Cli.Models;
using SpecExecNative.Cli.Options;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Cli.Terminal;

namespace SpecExecNative.Cli.Prompts;

/// <summary>Finds the prompt: on the command line, in a file, on stdin, or the demo pair's own.</summary>
internal static class PromptReader
{
    /// <summary>A silent pipe is not left unexplained for longer than this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

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
            return await ReadFileAsync(request.File, cancellation).ConfigureAwait(false);
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
    {
        try
        {
            // A read from a terminal or a silent pipe cannot be called off; it can be abandoned.
            Task<string> reading = Task.Run(context.Host.Input.ReadToEnd, cancellation);
            if (await Task.WhenAny(reading, Task.Delay(Patience, cancellation)).ConfigureAwait(false) != reading)
            {
                context.Notices.Say("waiting for the prompt on stdin");
            }

            return WithoutLineEnd(await reading.WaitAsync(cancellation).ConfigureAwait(false));
        }
        catch (DecoderFallbackException e)
        {
            throw new UsageException($"The prompt on stdin is not UTF-8 text: {e.Message}");
        }
    }

    private static async Task<string> ReadFileAsync(string path, CancellationToken cancellation)
    {
        try
        {
            var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            return WithoutLineEnd(await File.ReadAllTextAsync(path, strict, cancellation).ConfigureAwait(false));
        }
        catch (DecoderFallbackException e)
        {
            throw new UsageException($"--prompt-file {path} is not UTF-8 text: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--prompt-file {path} cannot be read: {e.Message}");
        }
    }

    /// <summary>Editors and echo put a line break behind a text that nobody meant to be continued after one.</summary>
    private static string WithoutLineEnd(string text)
        => text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
}
