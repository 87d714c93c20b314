using SpecExecNative.Engine.Planning;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Simulated;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Bench.Simulated;

/// <summary>A row of the paper's tables (Svirschevski et al. 2024, tables 1 to 3).</summary>
/// <param name="Gpu">A simulated card's name.</param>
/// <param name="LinkBytesPerSecond">Of the slot that it sat in; null: what the card was made for.</param>
/// <param name="TargetBits">Of Llama-2-70B.</param>
/// <param name="Draft">Configuration of the draft.</param>
/// <param name="DraftBits">Of the draft.</param>
/// <param name="Budget">K.</param>
/// <param name="IterationSeconds">Published tokens per iteration over published tokens per second.</param>
/// <param name="TokensPerSecond">Published.</param>
/// <param name="TokensPerIteration">Published.</param>
internal sealed record PublishedRun(
    string Gpu, double? LinkBytesPerSecond, int TargetBits, string Draft, int DraftBits, int Budget, double IterationSeconds, double TokensPerSecond, double TokensPerIteration)
{
    private const double Gen3x16 = 12.3e9;
    private const int GroupSize = 128;

    /// <summary>All rows with a 70B target that was offloaded, temperature 0.6 and 0 on OASST.</summary>
    public static IReadOnlyList<PublishedRun> All { get; } =
    [
        new("RTX 4090", null, 4, "llama-2-7b", 4, 256, 2.38, 5.66, 13.46),
        new("RTX 3090", Gen3x16, 4, "llama-2-7b", 4, 256, 3.89, 3.68, 14.3),
        new("RTX 2080 Ti", Gen3x16, 4, "sheared-llama-1.3b", 16, 128, 3.95, 1.86, 7.34),
        new("A100 80GB", null, 4, "llama-2-7b", 16, 128, 2.01, 6.02, 12.10),
        new("A100 80GB", null, 4, "llama-2-7b", 16, 256, 2.18, 6.17, 13.43),
        new("A100 80GB", null, 16, "llama-2-7b", 16, 1024, 6.86, 2.74, 18.8),
        new("A100 80GB", null, 16, "llama-2-7b", 16, 2048, 6.60, 3.12, 20.60),
    ];

    /// <summary>Names it among the others.</summary>
    public string Title => $"{Gpu}, {TargetBits} bits, K = {Budget}";

    /// <summary>The card that it ran on, with nothing on it.</summary>
    public SimulatedDevice CreateDevice() => new(SimulatedCards.Find(SimulatedCards.BuiltIn, Gpu)!, LinkBytesPerSecond);

    /// <summary>The pair.</summary>
    /// <param name="configs">Where the configurations lie.</param>
    public PlanRequest Pair(string configs) => new()
    {
        Target = Model(configs, "llama-2-70b", TargetBits),
        Draft = Model(configs, Draft, DraftBits),
        Acceptance = PublishedAcceptance.Find(Draft == "llama-2-7b" ? "mtbench-7b" : "oasst-1.1b")!,
        Tree = new() { Budget = Budget, BatchSize = 128 },
        ContextLength = 2048,
        Iterations = 32,
    };

    private static WeightCatalog Model(string configs, string name, int bits) => WeightCatalog.Generated(
        ModelConfigReader.Read(Path.Combine(configs, name + ".json")), name, bits == 4 ? new Int4Groups(GroupSize, HasZeros: false) : null);
}
