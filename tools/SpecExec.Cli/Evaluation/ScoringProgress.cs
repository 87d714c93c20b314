using SpecExecNative.Cli.Terminal;
using SpecExecNative.Engine.Evaluation;
using Spectre.Console;

namespace SpecExecNative.Cli.Evaluation;

/// <summary>A bar that grows while a text is scored, with the perplexity so far, and is gone afterwards.</summary>
internal static class ScoringProgress
{
    /// <summary>Runs <paramref name="score"/> on the thread pool.</summary>
    public static async Task<T> ShowAsync<T>(Notices notices, Func<IProgress<PerplexityProgress>?, T> score)
    {
        if (!notices.IsLive)
        {
            return await Task.Run(() => score(null)).ConfigureAwait(false);
        }

        return await notices.Ansi
            .Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async live =>
            {
                ProgressTask task = live.AddTask("scoring the text");
                return await Task.Run(() => score(new TaskReport(task))).ConfigureAwait(false);
            })
            .ConfigureAwait(false);
    }

    /// <summary>Reports at once, on the thread that scores: <see cref="Progress{T}"/> would post the last one too late.</summary>
    private sealed class TaskReport(ProgressTask task) : IProgress<PerplexityProgress>
    {
        public void Report(PerplexityProgress value)
        {
            task.MaxValue = value.TokensTotal;
            task.Value = value.TokensDone;
            task.Description = $"scoring the text, perplexity {value.Perplexity:0.00}";
        }
    }
}
