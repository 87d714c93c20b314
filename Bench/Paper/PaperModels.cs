using SpecExecNative.Bench.Published;
using SpecExecNative.Engine.Planning;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Simulated;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Bench.Paper;

/// <summary>The paper's models and cards, as far as there are configurations and figures of them.</summary>
/// <param name="Configs">Folder of the configurations.</param>
internal sealed record PaperModels(string Configs)
{
    private const int GroupSize = 128;
    private const int OfficialBatch = 128;
    private const int Context = 2048;
    private const int Iterations = 32;

    /// <summary>Both models and the card are known.</summary>
    public bool Knows(PublishedRun row) => row.Method == "specexec" && Has(row.Target) && Has(row.Draft) && SimulatedCards.Find(SimulatedCards.BuiltIn, row.Gpu) is not null;

    /// <summary>The card that it ran on, with nothing on it.</summary>
    public static SimulatedDevice CreateDevice(PublishedRun row) => new(SimulatedCards.Find(SimulatedCards.BuiltIn, row.Gpu)!, row.LinkBytesPerSecond);

    /// <summary>A row's pair, with its budget and draft steps as the official program takes them.</summary>
    public PlanRequest Pair(PublishedRun row) => Pair(row.Target, row.TargetBits, row.Draft, row.DraftBits, row.Budget);

    /// <summary>A pair.</summary>
    public PlanRequest Pair(string target, int targetBits, string draft, int draftBits, int budget) => new()
    {
        Target = Model(target, targetBits),
        Draft = Model(draft, draftBits),
        Acceptance = AcceptanceOf(draft),
        Tree = new() { Budget = budget, BatchSize = OfficialBatch },
        ContextLength = Context,
        Iterations = Iterations,
    };

    /// <summary>Published acceptance of a draft of that size.</summary>
    public static CurveAcceptance AcceptanceOf(string draft)
        => (CurveAcceptance)PublishedAcceptance.Find(draft.Contains("7b", StringComparison.Ordinal) || draft.Contains("8b", StringComparison.Ordinal) ? "mtbench-7b" : "oasst-1.1b")!;

    /// <summary>This program's own forecast of a pair; null: it does not fit.</summary>
    public static PairPlan? TryForecast(SimulatedDevice device, PlanRequest pair, int budget, CancellationToken cancellation)
    {
        try
        {
            return PairSimulation.RunAsync(device, pair with { Tree = pair.Tree with { Budget = budget, MeasuresBatch = true } }, cancellation).GetAwaiter().GetResult();
        }
        catch (DeviceOutOfMemoryException)
        {
            return null;
        }
    }

    private bool Has(string name) => File.Exists(FileOf(name));

    private string FileOf(string name) => Path.Combine(Configs, name + ".json");

    private WeightCatalog Model(string name, int bits)
        => WeightCatalog.Generated(ModelConfigReader.Read(FileOf(name)), name, bits == 4 ? new Int4Groups(GroupSize, HasZeros: false) : null);
}
