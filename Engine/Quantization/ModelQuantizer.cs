using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Quantization;
using SpecExecNative.Loaders.Quantization.Writing;

namespace SpecExecNative.Engine.Quantization;

/// <summary>
/// Quantizes a model one layer at a time, each module on the inputs that the quantized ones before it give (GPTQ's true-sequential order).
/// What has been written is not made again: a run that goes on takes its text through the layers that are there, and ends in the same bytes.
/// </summary>
public sealed class ModelQuantizer
{
    private readonly Checkpoint _source;
    private readonly QuantizeOptions _options;
    private readonly Calibration? _calibration;
    private readonly IReadOnlyList<LinearGroup> _groups;

    /// <param name="source">A dense model; stays the caller's.</param>
    /// <param name="options">How.</param>
    /// <param name="calibration">For <see cref="RoundingMethod.Gptq"/>, and only for that.</param>
    /// <exception cref="OptionException">An option makes no sense.</exception>
    /// <exception cref="ArgumentException">The calibration is missing, empty, or too much.</exception>
    public ModelQuantizer(Checkpoint source, QuantizeOptions options, Calibration? calibration)
    {
        options.Validate();
        bool needsText = options.Method == RoundingMethod.Gptq;
        if (needsText != calibration is not null || calibration?.Windows.Count == 0)
        {
            throw new ArgumentException(needsText ? "GPTQ needs a calibration text." : "Rounding to nearest needs no calibration text.", nameof(calibration));
        }

        (_source, _options, _calibration) = (source, options, calibration);
        _groups = LinearGroup.Of(source.Config);
        if (needsText && _groups.FirstOrDefault(g => g.Inputs > Hessian.MaxSize) is { } wide)
        {
            throw new OptionException(nameof(QuantizeOptions.Method), "gptq", $"nearest for a model with {wide.Inputs} inputs to one product (GPTQ takes {Hessian.MaxSize})");
        }
    }

    /// <summary>Writes what the writer lacks, and completes it.</summary>
    /// <exception cref="Loaders.ModelFormatException">A weight is damaged, or the calibration text cannot be computed.</exception>
    /// <exception cref="Kernels.DeviceOutOfMemoryException">A layer does not fit on the device.</exception>
    /// <exception cref="IOException">The result cannot be written.</exception>
    /// <exception cref="OperationCanceledException">What has been written stays, for the next run.</exception>
    public void Run(QuantizedModelWriter writer, IProgress<QuantizeProgress>? progress, CancellationToken cancellation)
    {
        int last = Enumerable.Range(0, _source.Config.Layers).LastOrDefault(layer => !writer.HasLayer(layer), -1);
        using CalibrationPass? text = _calibration is null || last < 0 ? null : new CalibrationPass(_source, _calibration, cancellation);
        for (int layer = 0; layer <= last; layer++)
        {
            if (writer.HasLayer(layer))
            {
                Replay(layer, writer, text);
            }
            else
            {
                writer.WriteLayer(layer, Quantize(layer, text, progress, cancellation));
            }

            Report(progress, layer, _groups.Count);
        }

        writer.Complete();
    }

    private Dictionary<string, Int4Matrix> Quantize(int layer, CalibrationPass? text, IProgress<QuantizeProgress>? progress, CancellationToken cancellation)
    {
        var matrices = new Dictionary<string, Int4Matrix>(StringComparer.Ordinal);
        text?.Begin(layer);
        for (int i = 0; i < _groups.Count; i++)
        {
            Report(progress, layer, i);
            LinearGroup group = _groups[i];
            if (group.CanBePacked)
            {
                WeightRows[] weights = [.. group.WeightNames(layer).Select(name => WeightRows.Of(_source.Tensors.Get(name)))];
                Int4Matrix[] rounded = text is null
                    ? Array.ConvertAll(weights, w => NearestRounding.Round(w, _options, cancellation))
                    : RoundWith(text, layer, group, weights, cancellation);
                text?.Replace(group.Kind, rounded);
                foreach ((string name, Int4Matrix matrix) in group.WeightNames(layer).Zip(rounded))
                {
                    matrices.Add(name, matrix);
                }
            }

            Advance(text, group.Kind);
        }

        return matrices;
    }

    private Int4Matrix[] RoundWith(CalibrationPass text, int layer, LinearGroup group, WeightRows[] weights, CancellationToken cancellation)
    {
        Hessian hessian = text.InputsOf(group);
        int[]? order = _options.HasActOrder ? hessian.ByImportance() : null;
        try
        {
            var rounding = new GptqRounding(InverseFactor.Of(hessian.Damped(_options.Damping, order), group.Inputs, cancellation), order, _options);
            return Array.ConvertAll(weights, w => rounding.Round(w, cancellation));
        }
        catch (ArithmeticException e)
        {
            throw new CalibrationException(_source.Directory, layer, group.Modules[0], e.Message);
        }
    }

    private void Replay(int layer, QuantizedModelWriter writer, CalibrationPass? text)
    {
        if (text is null)
        {
            return;
        }

        IReadOnlyDictionary<string, Int4Matrix> matrices = writer.ReadLayer(layer);
        text.Begin(layer);
        foreach (LinearGroup group in _groups)
        {
            if (group.CanBePacked)
            {
                text.Replace(group.Kind, [.. group.WeightNames(layer).Select(name => matrices[name])]);
            }

            Advance(text, group.Kind);
        }
    }

    /// <summary>Output and down add to the residual stream.</summary>
    private static void Advance(CalibrationPass? text, LinearGroupKind kind)
    {
        if (kind == LinearGroupKind.Output)
        {
            text?.AddAttention();
        }
        else if (kind == LinearGroupKind.Down)
        {
            text?.AddMlp();
        }
    }

    private void Report(IProgress<QuantizeProgress>? progress, int layer, int groups)
        => progress?.Report(new QuantizeProgress(layer, (layer * _groups.Count) + groups, _source.Config.Layers * _groups.Count));
}
