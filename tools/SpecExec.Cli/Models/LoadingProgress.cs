using SpecExecNative.Cli.Terminal;
using SpecExecNative.Engine.Transformers;
using Spectre.Console;

namespace SpecExecNative.Cli.Models;

/// <summary>A bar that grows while a model is read, and is gone afterwards.</summary>
internal static class LoadingProgress
{
    /// <summary>Runs <paramref name="load"/> on the thread pool.</summary>
    public static async Task<T> ShowAsync<T>(Notices notices, string title, Func<IProgress<LoadProgress>?, T> load)
    {
        if (!notices.IsLive)
        {
            return await Task.Run(() => load(null)).ConfigureAwait(false);
        }

        return await notices.Ansi
            .Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new RemainingTimeColumn())
            .StartAsync(async live =>
            {
                ProgressTask task = live.AddTask(Markup.Escape(title));
                return await Task.Run(() => load(new TaskReport(task))).ConfigureAwait(false);
            })
            .ConfigureAwait(false);
    }

    /// <summary>Reports at once, on the thread that loads: <see cref="Progress{T}"/> would post the last one too late.</summary>
    private sealed class TaskReport(ProgressTask task) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value)
        {
            task.MaxValue = value.BytesTotal;
            task.Value = value.BytesDone;
        }
    }
}
