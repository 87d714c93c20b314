using SpecExecNative.Engine.Budget;
using SpecExecNative.Engine.Planning;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Speculation.Sampled;
using SpecExecNative.Engine.Tracing;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Engine.Generation;

/// <summary>One text being written: enumerate it to write it. It can be enumerated once.</summary>
public sealed class GenerationRun : IAsyncEnumerable<GenerationStep>
{
    /// <summary>For which draft steps are made where the budget is chosen later.</summary>
    private const int UsualBudget = 384;

    private readonly TimeProvider _clock;
    private readonly Transformer _target;
    private readonly Transformer? _draft;
    private readonly GenerationOptions _options;
    private readonly TokenHistory _history;
    private readonly OutputText _output;
    private readonly ITreeWalk _walk;
    private readonly TreeProposals _proposals = new();
    private readonly int _sharedVocabulary;
    private readonly SyntheticPair? _synthetic;
    private readonly List<IterationStatistics> _iterations = [];
    private TimeSpan _prefill;
    private readonly DeviceActivity _activity;
    private BudgetController? _budget;
    private DraftSharpness? _sharpness;
    private Timeline? _timeline;
    private int _treeBatch;
    private bool _started;

    internal GenerationRun(
        Generator generator,
        Transformer target,
        Transformer? draft,
        ModelTokenizer? tokenizer,
        IReadOnlyList<int> prompt,
        GenerationOptions options)
    {
        _clock = target.Device.Clock;
        _activity = new DeviceActivity(options.KeepsTimeline);
        _target = target;
        _draft = options.EffectiveTree is null ? null : draft;
        _options = options;
        _history = new TokenHistory(prompt);
        _output = new OutputText(options, _history, generator.ContextLength, target.Config.EosTokenIds, tokenizer);
        _walk = options.Method is DecodingMethod.SpecInfer
            ? new MultiStepWalk(options.Sampling, generator.Vocabulary, _proposals)
            : new TreeWalk(new Sampler(options.Sampling, generator.Vocabulary));
        _sharedVocabulary = generator.SharedVocabulary;
        _synthetic = generator.Synthetic;
    }

    /// <summary>Null until the text has ended.</summary>
    public FinishReason? Finish => _output.Finish;

    /// <summary>What has been measured so far.</summary>
    public GenerationStatistics Statistics => new(_history.PromptLength, _prefill, [.. _iterations])
    {
        StreamedBytesPerIteration = _target.StreamedBytesPerPass,
        LinkBytesPerSecond = _target.LinkBytesPerSecond,
        TreeBatch = _treeBatch,
        HostLayers = _target.HostLayers,
        LearntDraftTemperature = _sharpness?.Temperature,
        ExposedDraft = _activity.ExposedDraft is { } exposed ? TimeSpan.FromSeconds(exposed) : null,
        CopyBusy = _activity.CopyBusy,
        CopyBusyOverall = _activity.CopyBusyOverall,
        ComputeBusy = _activity.ComputeBusy,
    };

    /// <summary>
    /// Time of one token of plain decoding at the end of this text, measured there with passes whose result is thrown
    /// away; null if <see cref="GenerationOptions.MeasurePlainDecoding"/> is off or the text has not ended.
    /// </summary>
    public TimeSpan? PlainDecoding { get; private set; }

    /// <summary>What device and host did, if <see cref="GenerationOptions.KeepsTimeline"/>; each engine's in order.</summary>
    public IReadOnlyList<DeviceSpan> Timespans => _activity.Spans;

    /// <summary>Writes the whole text.</summary>
    /// <returns>All steps.</returns>
    /// <inheritdoc cref="GetAsyncEnumerator" path="/exception"/>
    public async Task<IReadOnlyList<GenerationStep>> CompleteAsync(CancellationToken cancellation = default)
    {
        List<GenerationStep> steps = [];
        await foreach (GenerationStep step in this.WithCancellation(cancellation).ConfigureAwait(false))
        {
            steps.Add(step);
        }

        return steps;
    }

    /// <summary>Writes the text; each iteration runs on the thread pool.</summary>
    /// <exception cref="InvalidOperationException">It has been enumerated before, or another text is being written with one of the models.</exception>
    /// <exception cref="Kernels.DeviceOutOfMemoryException">KV caches and draft do not fit.</exception>
    /// <exception cref="OperationCanceledException">Between or inside iterations.</exception>
    /// <exception cref="InvalidLogitsException">The model computes no numbers.</exception>
    public async IAsyncEnumerator<GenerationStep> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (_started)
        {
            throw new InvalidOperationException("A generation can be enumerated once; start another one.");
        }

        _started = true;
        if (Finish is not null)
        {
            yield break; // no token was asked for
        }

        using Transformer.Lease targetLease = _target.Acquire();
        using Transformer.Lease? draftLease = _draft is null || _draft == _target ? null : _draft.Acquire();
        using var target = new TargetModel(_target, _options.EffectiveTree?.Budget ?? 0);
        using DraftModel? draft = _draft is null ? null : new DraftModel(_draft, _options.EffectiveTree!, _sharedVocabulary);

        await Task.Run(() => Prefill(target, draft, cancellationToken), cancellationToken).ConfigureAwait(false);
        using IDisposable tracing = StartTimeline();
        ITreeBuilder? builder = draft is null ? null : await Task.Run(() => CreateBuilder(target, draft), cancellationToken).ConfigureAwait(false);
        while (Finish is null)
        {
            yield return await Task.Run(() => Iterate(target, draft, builder, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        if (_options.MeasurePlainDecoding)
        {
            PlainDecoding = await Task.Run(() => MeasurePlainDecoding(target, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Watches the device where layers are streamed, or somebody wants to see it.</summary>
    private Disposer StartTimeline()
    {
        if (_options.KeepsTimeline || _target.StreamedBytesPerPass > 0)
        {
            _timeline = Timeline.TryStart(_target.Device, _target.Queue);
            _target.Timeline = _timeline;
        }

        return new Disposer(StopTimeline);
    }

    private void StopTimeline()
    {
        if (_timeline is null)
        {
            return;
        }

        try
        {
            _target.Settle();
            _activity.Keep(_timeline.Collect());
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A device that is lost has been told of already, or will be by whoever uses it next.
        }
        finally
        {
            _target.Timeline = null;
            _timeline.Dispose();
            _timeline = null;
        }
    }

    private ITreeBuilder CreateBuilder(TargetModel target, DraftModel draft)
    {
        TreeOptions tree = _options.EffectiveTree!;
        double stepSeconds = 0;
        if (tree.MeasuresBatch)
        {
            (int batch, stepSeconds) = draft.MeasureBatch(tree.ChoosesBudget ? Math.Min(tree.Budget, UsualBudget) : tree.Budget);
            tree = tree with { BatchSize = batch };
        }

        if (tree.ChoosesBudget)
        {
            double stream = _target.LinkBytesPerSecond is { } link ? _target.StreamedBytesPerPass / link : 0;
            _budget = new BudgetController(target.MeasurePasses(tree.Budget + 1), stream, stepSeconds, tree.LargestBatch, tree.Budget);
        }

        _sharpness = tree.LearnsDraftTemperature ? new DraftSharpness(_options.Sampling.Temperature) : null;
        _treeBatch = tree.BatchSize;
        ITreeDraft children = _synthetic?.Over(draft) ?? draft;
        if (_timeline is { } timeline && _options.KeepsTimeline)
        {
            children = new TracedDraft(children, timeline, _clock);
        }

        return _options.Method is DecodingMethod.SpecInfer
            ? new SampledTreeBuilder(children, tree, _options.Sampling, _history, _proposals)
            : new TreeBuilder(children, tree, _sharpness);
    }

    private void Prefill(TargetModel target, DraftModel? draft, CancellationToken cancellation)
    {
        long start = _clock.GetTimestamp();
        target.Prefill(_history, cancellation);
        draft?.Start(_history, cancellation);
        draft?.Prefill();
        _prefill = _clock.GetElapsedTime(start);
    }

    /// <summary>Grow a tree, score it in one pass, sample down, keep the path.</summary>
    private GenerationStep Iterate(TargetModel target, DraftModel? draft, ITreeBuilder? builder, CancellationToken cancellation)
    {
        long start = _clock.GetTimestamp();
        int root = _history.Tokens[^1];
        BudgetDecision? decision = _budget?.Choose();
        TokenTree tree = builder?.Build(root, decision?.Budget ?? int.MaxValue, _output.RemainingTokens - 1, decision?.WorthwhileTokens ?? 0, cancellation) ?? TokenTree.RootOnly(root);
        TimeSpan drafted = _clock.GetElapsedTime(start);

        target.Score(tree, cancellation);
        TimeSpan verified = _clock.GetElapsedTime(start);

        SyntheticTarget? synthetic = _synthetic?.Over(target, tree, _target.Config.VocabularySize);
        IReadOnlyList<int> path = _walk.Down(tree, synthetic is null ? target : synthetic, _history, _output.Take, cancellation);
        synthetic?.Clear();
        target.Commit(path);
        draft?.Commit(tree, path);
        TimeSpan walked = _clock.GetElapsedTime(start);

        (IReadOnlyList<int> tokens, string text) = _output.TakeNew();
        var statistics = new IterationStatistics(
            tree.Count - 1,
            tree.Depth,
            builder?.DraftSteps ?? 0,
            builder?.ComputedNodes ?? 0,
            path.Count,
            tokens.Count,
            drafted,
            verified - drafted,
            walked - verified)
        {
            Decision = decision,
        };
        _budget?.Learn(tree, path, statistics);
        _sharpness?.Learn(tree, path);
        Watch(start, statistics);
        _iterations.Add(statistics);
        return new GenerationStep(tokens, text, tree, [.. path], statistics, Finish);
    }

    private void Watch(long start, in IterationStatistics iteration)
    {
        if (_timeline is null)
        {
            return;
        }

        double begin = _timeline.Seconds(start);
        double verify = begin + iteration.Draft.TotalSeconds;
        double walk = verify + iteration.Verify.TotalSeconds;
        double end = begin + iteration.Total.TotalSeconds;
        _activity.Add((begin, end), (verify, walk), _timeline.Collect());
        _activity.Keep([
            new DeviceSpan(DeviceTrack.Host, "draft", begin, verify - begin),
            new DeviceSpan(DeviceTrack.Host, "verify", verify, walk - verify),
            new DeviceSpan(DeviceTrack.Host, "walk", walk, end - walk),
        ]);
    }

    private TimeSpan MeasurePlainDecoding(TargetModel target, CancellationToken cancellation)
    {
        const int MaxRepeats = 200;
        var limit = TimeSpan.FromSeconds(0.3);
        TokenTree root = TokenTree.RootOnly(_history.Tokens[^1]);
        List<TimeSpan> times = [];
        TimeSpan total = TimeSpan.Zero;
        do
        {
            long start = _clock.GetTimestamp();
            target.Score(root, cancellation);
            target.LogitsAfter(0);
            times.Add(_clock.GetElapsedTime(start));
            total += times[^1];
        }
        while (times.Count < MaxRepeats && total < limit);

        // Passes over a single row may not have run before: the first ones warm up caches and the just-in-time compiler.
        times.RemoveRange(0, times.Count / 2);
        times.Sort();
        return times[times.Count / 2];
    }

    private sealed class Disposer(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
