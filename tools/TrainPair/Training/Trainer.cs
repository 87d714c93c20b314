using System.Diagnostics;
using SpecExecNative.TrainPair.Model;
using static TorchSharp.torch;

namespace SpecExecNative.TrainPair.Training;

/// <summary>Trains one model from its seed, or from where its checkpoint left it.</summary>
internal sealed class Trainer
{
    private const int LogEvery = 50;
    private const int MeasureEvery = 200;
    private const int QuickHeldOutTokens = 20000;

    private readonly TrainingSettings _settings;
    private readonly Objective _objective;
    private readonly Llama _model;
    private readonly AdamW _optimizer;
    private readonly BatchOrder _order;
    private readonly int[] _heldOut;
    private readonly int _context;

    public Trainer(TrainingSettings settings, LlamaShape shape, Precision precision, Objective objective, HeldOutText heldOut)
    {
        _settings = settings;
        _objective = objective;
        LlamaWeights weights = LlamaWeights.Initialize(shape, settings.Seed);
        _model = new Llama(weights, precision);
        _optimizer = new AdamW(weights, settings.WeightDecay);
        _order = new BatchOrder(objective, ((ulong)settings.Seed * 77) + 5);
        (_heldOut, _context) = heldOut;
    }

    /// <summary>Runs to the last step.</summary>
    /// <param name="files">Where checkpoints and the log go.</param>
    /// <param name="cancellation">When it fires, the present state is saved and the run ends.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled; it continues the next time.</exception>
    public LlamaWeights Run(TrainingFiles files, CancellationToken cancellation)
    {
        TrainingProgress progress = new();
        bool resumed = files.Checkpoint.TryRestore(_optimizer, _order, progress);
        Console.Error.WriteLine(
            $"{_model.Weights.ParameterCount} parameters, {(resumed ? "resumed behind" : "from")} step {progress.Step} of {_settings.Steps}");
        using TrainingLog log = new(files.LogPath, progress.Step);
        Stopwatch clock = Stopwatch.StartNew();
        while (progress.Step < _settings.Steps)
        {
            float loss = Step(progress);
            double seconds = progress.EarlierSeconds + clock.Elapsed.TotalSeconds;
            Log(log, progress, loss, seconds);
            if (progress.Step % files.CheckpointEvery == 0 || cancellation.IsCancellationRequested)
            {
                files.Checkpoint.Save(_optimizer, _order, progress, seconds);
                cancellation.ThrowIfCancellationRequested();
            }
        }

        return _model.Weights;
    }

    private float Step(TrainingProgress progress)
    {
        using var scope = NewDisposeScope();
        Tensor loss = _objective.Loss(_model, _order.Next(_settings.BatchSize));
        loss.backward();
        _optimizer.ClipGradients(_settings.GradientNorm);
        progress.Step++;
        _optimizer.Update(progress.Step, _settings.LearningRateAt(progress.Step));
        float value = loss.item<float>();
        progress.LossSum += value;
        progress.LossCount++;
        return value;
    }

    private void Log(TrainingLog log, TrainingProgress progress, float loss, double seconds)
    {
        bool isLast = progress.Step == _settings.Steps;
        if (progress.Step % LogEvery != 0 && !isLast)
        {
            return;
        }

        double? heldOutLoss = isLast ? HeldOutLoss.Measure(_model, _heldOut, _context)
            : progress.Step % MeasureEvery == 0 ? HeldOutLoss.Measure(_model, _heldOut, _context, QuickHeldOutTokens)
            : null;
        log.Add(new TrainingLogRow(
            progress.Step,
            (long)progress.Step * _settings.BatchSize * _context,
            seconds,
            _settings.LearningRateAt(progress.Step),
            progress.LossSum / progress.LossCount,
            loss,
            heldOutLoss));
        (progress.LossSum, progress.LossCount) = (0, 0);
    }
}
