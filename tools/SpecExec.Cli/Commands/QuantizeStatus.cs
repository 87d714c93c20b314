using SpecExecNative.Cli.Terminal;
using SpecExecNative.Engine.Quantization;
using Spectre.Console;

namespace SpecExecNative.Cli.Commands;

/// <summary>A bar that grows while a model is quantized; where nobody watches, a line for each layer of those who asked for details.</summary>
internal static class QuantizeStatus
{
    /// <summary>Runs <paramref name="quantize"/> on the thread pool.</summary>
    public static async Task ShowAsync(Notices notices, Action<IProgress<QuantizeProgress>> quantize)
    {
        if (!notices.IsLive)
        {
            await Task.Run(() => quantize(new LayerLines(notices))).ConfigureAwait(false);
            return;
        }

        await notices.Ansi
            .Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async live =>
            {
                ProgressTask task = live.AddTask("quantizing");
                await Task.Run(() => quantize(new Bar(task))).ConfigureAwait(false);
            })
            .ConfigureAwait(false);
    }

    private sealed class Bar(ProgressTask task) : IProgress<QuantizeProgress>
    {
        public void Report(QuantizeProgress value)
        {
            task.Description = $"quantizing layer {value.Layer}";
            task.MaxValue = value.Total;
            task.Value = value.Done;
        }
    }

    private sealed class LayerLines(Notices notices) : IProgress<QuantizeProgress>
    {
        private int _layer = -1;

        public void Report(QuantizeProgress value)
        {
            if (value.Layer != _layer)
            {
                _layer = value.Layer;
                notices.Detail($"layer {_layer} ({value.Done} of {value.Total} groups of matrices done)");
            }
        }
    }
}
