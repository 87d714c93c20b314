using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using SpecExecNative.Cli.Models;
using SpecExecNative.Cli.Options;
using SpecExecNative.Cli.Prompts;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Engine.Quantization;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Loaders.Quantization.Writing;

namespace SpecExecNative.Cli.Commands;

/// <summary><c>specexec quantize</c>: a 4-bit copy of a model.</summary>
internal static class QuantizeCommand
{
    private const int DefaultWindowLength = 512;

    public static Command Create(CliHost host)
    {
        var options = new QuantizeCliOptions();
        var json = new Option<bool>("--json") { Description = "One JSON object on stdout instead of the report." };
        var command = new Command(
            "quantize",
            "Write a 4-bit copy of a model, as a Hugging Face directory in GPTQ's layout. Layer by layer; interrupted, the same command continues.");
        options.AddTo(command);
        command.Add(json);
        command.SetAction((arguments, cancellation) =>
        {
            var context = new CommandContext(host, arguments);
            return RunAsync(options.Read(arguments, context), arguments.GetValue(json), context, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(QuantizeRequest request, bool json, CommandContext context, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        using OpenedModel model = OpenedModel.Open(request.Model);
        IReadOnlyList<int[]>? windows = request.Calibration is null
            ? null
            : CutWindows(request.Calibration, await TextFile.ReadAsync("--calibration", request.Calibration.File, cancellation).ConfigureAwait(false), model, context);
        using QuantizedModelWriter writer = QuantizedModelWriter.Open(model.Checkpoint, request.Output, RecipeOf(request.Options, windows));
        using ComputeDevice? device = windows is null
            ? null
            : await DeviceSelection.OpenAsync(request.Device, [WeightCatalog.Of(model.Checkpoint)], context, cancellation).ConfigureAwait(false);
        var quantizer = new ModelQuantizer(model.Checkpoint, request.Options, windows is null ? null : new Calibration(device!, windows));
        if (writer.HasLayer(0))
        {
            context.Notices.Say($"{request.Output} is unfinished; continuing");
        }

        await QuantizeStatus.ShowAsync(context.Notices, progress => quantizer.Run(writer, progress, cancellation)).ConfigureAwait(false);
        context.Notices.Say($"quantized in {Quantity.Time(Stopwatch.GetElapsedTime(start))}");

        // The model stands, whether or not someone reads of it.
        ClosedPipe.Tolerate(() => QuantizeReport.Write(context.Output, json, QuantizedModel.Of(model.Checkpoint, request)));
        return (int)ExitCode.Success;
    }

    private static IReadOnlyList<int[]> CutWindows(CalibrationRequest request, string text, OpenedModel model, CommandContext context)
    {
        int longest = model.Checkpoint.Config.MaxPositionEmbeddings;
        if (request.WindowLength > longest)
        {
            throw new UsageException($"--window-length {request.WindowLength} is more than the {longest} tokens that {model.Name} was made for.");
        }

        int[] tokens = [.. model.Tokenizer.Encode(text, addSpecialTokens: false)];
        int length = request.WindowLength ?? Math.Min(DefaultWindowLength, longest);
        IReadOnlyList<int[]> windows = CalibrationText.Cut(tokens, model.Tokenizer.OpeningId, length, request.Windows);
        if (windows.Count == 0)
        {
            throw new UsageException($"--calibration {request.File} has no text.");
        }

        long used = windows.Sum(w => (long)w.Length);
        context.Notices.Detail($"calibrating on {windows.Count} windows, {used} tokens");
        if (windows.Count < request.Windows && used < 16_384)
        {
            context.Notices.Say($"{request.File} gives only {used} tokens to calibrate on; some 50,000 make a better model");
        }

        return windows;
    }

    private static GptqRecipe RecipeOf(QuantizeOptions options, IReadOnlyList<int[]>? windows)
    {
        List<KeyValuePair<string, string>> meta =
        [
            new("quantizer", "specexec"),
            new("method", options.Method == RoundingMethod.Gptq ? "gptq" : "rtn"),
        ];
        if (windows is not null)
        {
            meta.Add(new("damping", options.Damping.ToString(CultureInfo.InvariantCulture)));
            meta.Add(new("calibration_windows", windows.Count.ToString(CultureInfo.InvariantCulture)));
            meta.Add(new("calibration_sha256", CalibrationText.Sha256(windows)));
        }

        return new GptqRecipe { GroupSize = options.GroupSize, IsSymmetric = options.IsSymmetric, HasActOrder = options.HasActOrder, Meta = meta };
    }
}
