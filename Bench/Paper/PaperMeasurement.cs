using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Generation;
using SpecExecNative.Bench.Published;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Planning;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Paper;

/// <summary>
/// The paper's rows on a device that is here: with generated weights, which take the time of trained ones and accept hardly anything, so
/// iterations are measured and the published tokens per pass are taken with them. One pair is loaded at a time.
/// </summary>
internal sealed class PaperMeasurement : IDisposable
{
    private const int Tokens = 24;
    private const int PromptLetters = 256;

    private readonly TextWriting _writing = new([new string('a', PromptLetters)], Tokens);
    private readonly Func<Action<string>, DType, ComputeDevice> _openDevice;
    private readonly Action<string> _note;
    private readonly int _largestBudget;
    private (PairSession Session, string Pair)? _loaded;

    /// <param name="openDevice">Opens the device; told of what is not as it should be.</param>
    /// <param name="note">The same.</param>
    /// <param name="largestBudget">The most that any row will have.</param>
    public PaperMeasurement(Func<Action<string>, DType, ComputeDevice> openDevice, Action<string> note, int largestBudget)
    {
        (_openDevice, _note, _largestBudget) = (openDevice, note, largestBudget);
        using ComputeDevice device = openDevice(note, DType.F16); // each pair opens its own; here for its name, and for failing early
        (Device, Card) = (device.Name, (device as CudaDevice)?.Card);
    }

    /// <summary>The device's name.</summary>
    public string Device { get; }

    /// <summary>The card, if it is one.</summary>
    public CudaCard? Card { get; }

    /// <summary>Seconds of an iteration at a row's budget; null: the pair does not fit.</summary>
    /// <param name="row">The row.</param>
    /// <param name="models">Has its configurations.</param>
    /// <param name="cancellation">Between or in passes.</param>
    public Figure? Iteration(PublishedRun row, PaperModels models, CancellationToken cancellation)
    {
        if (Load(row, models) is not { } session)
        {
            return null;
        }

        Texts texts = _writing.Write(session, DecodingMethod.SpecExec, row.Budget, new SamplingOptions { Temperature = 0 }, 1, null, cancellation);
        return texts.Seconds("iteration measured here", i => i.Total);
    }

    public void Dispose() => _loaded?.Session.Dispose();

    private PairSession? Load(PublishedRun row, PaperModels models)
    {
        string pair = $"{row.Target} {row.TargetBits} {row.Draft} {row.DraftBits}";
        if (_loaded is { } loaded && loaded.Pair == pair)
        {
            return loaded.Session;
        }

        Dispose();
        _loaded = null;
        PlanRequest shape = models.Pair(row);
        var request = new PairRequest(_openDevice, () => new PairModel(shape.Target, null, null), () => new PairModel(shape.Draft, null, null))
        {
            LargestBudget = _largestBudget,
            ContextLength = Math.Min(shape.ContextLength ?? int.MaxValue, shape.Target.Config.MaxPositionEmbeddings),
        };
        try
        {
            var session = new PairSession(request, _note);
            _loaded = (session, pair);
            return session;
        }
        catch (DeviceOutOfMemoryException e)
        {
            _note($"{row.Title} is not measured: {e.Message}");
            return null;
        }
    }
}
