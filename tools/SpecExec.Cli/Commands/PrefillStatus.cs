using SpecExecNative.Cli.Terminal;
using Spectre.Console;

namespace SpecExecNative.Cli.Commands;

/// <summary>A line that is there while a prompt is computed.</summary>
internal static class PrefillStatus
{
    public static async Task<bool> ShowAsync(Notices notices, int promptTokens, Func<ValueTask<bool>> firstStep)
    {
        if (!notices.IsLive)
        {
            return await firstStep().ConfigureAwait(false);
        }

        return await notices.Ansi
            .Status()
            .StartAsync($"computing the prompt ({promptTokens} tokens)", async _ => await firstStep().ConfigureAwait(false))
            .ConfigureAwait(false);
    }
}
