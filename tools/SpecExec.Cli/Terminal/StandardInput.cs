using System.Text;
using SpecExecNative.Cli.Options;

namespace SpecExecNative.Cli.Terminal;

/// <summary>A whole text from stdin.</summary>
internal static class StandardInput
{
    /// <summary>A silent pipe is not left unexplained for longer than this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <param name="context">Whose stdin.</param>
    /// <param name="what">What the text is, e.g. <c>prompt</c>: for messages.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="UsageException">It is not UTF-8.</exception>
    public static async Task<string> ReadAsync(CommandContext context, string what, CancellationToken cancellation)
    {
        try
        {
            // A read from a terminal or a silent pipe cannot be called off; it can be abandoned.
            Task<string> reading = Task.Run(context.Host.Input.ReadToEnd, cancellation);
            if (await Task.WhenAny(reading, Task.Delay(Patience, cancellation)).ConfigureAwait(false) != reading)
            {
                context.Notices.Say($"waiting for the {what} on stdin");
            }

            return await reading.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (DecoderFallbackException e)
        {
            throw new UsageException($"The {what} on stdin is not UTF-8 text: {e.Message}");
        }
    }
}
