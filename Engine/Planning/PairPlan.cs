using SpecExecNative.Engine.Offload;
using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Planning;

/// <summary>A forecast: means over the iterations that counted. Times in seconds.</summary>
public sealed record PairPlan
{
    /// <summary>Where the memory goes.</summary>
    public required MemoryPlan Memory { get; init; }

    /// <summary>K.</summary>
    public required int TreeBudget { get; init; }

    /// <summary>B.</summary>
    public required int TreeBatch { get; init; }

    /// <summary>Nodes that were scored in fact.</summary>
    public required double TreeNodes { get; init; }

    /// <summary>Passes of the draft.</summary>
    public required double DraftSteps { get; init; }

    /// <summary>From one iteration to the next.</summary>
    public required double IterationSeconds { get; init; }

    /// <summary>The streamed bytes at the link's own rate: no pass can be faster for long.</summary>
    public required double StreamSeconds { get; init; }

    /// <summary>Computing in the target's pass.</summary>
    public required double ComputeSeconds { get; init; }

    /// <summary>In the draft, while nothing of the target is computed.</summary>
    public required double DraftSeconds { get; init; }

    /// <summary>Of it, what the link rests: nothing of the next pass is on its way, as there is no place for it.</summary>
    public required double ExposedDraftSeconds { get; init; }

    /// <summary>The target's pass.</summary>
    public required double VerifySeconds { get; init; }

    /// <summary>Output head, sampling and commit.</summary>
    public required double WalkSeconds { get; init; }

    /// <summary>Share of the target's pass in which the engine copied to the device.</summary>
    public required double CopyBusy { get; init; }

    /// <summary>The same of whole iterations.</summary>
    public required double CopyBusyOverall { get; init; }

    /// <summary>Share of whole iterations in which the device computed.</summary>
    public required double ComputeBusy { get; init; }

    /// <summary>Accepted ones and the one behind them.</summary>
    public required double TokensPerIteration { get; init; }

    /// <summary>The target's pass over the prompt and the draft's.</summary>
    public required double PrefillSeconds { get; init; }

    /// <summary>Bytes that cross the link in an iteration.</summary>
    public required long StreamedBytes { get; init; }

    /// <summary>Where the streamed layers wait: main memory or disk.</summary>
    public required WeightPlace Place { get; init; }

    /// <summary>Bytes per second that they come at, at best.</summary>
    public required double SourceBytesPerSecond { get; init; }

    /// <summary>Everything that the device did in the last iteration that counted, and the host's parts.</summary>
    public required IReadOnlyList<DeviceSpan> LastIteration { get; init; }

    /// <summary>Text per second, the prompt apart.</summary>
    public double TokensPerSecond => IterationSeconds > 0 ? TokensPerIteration / IterationSeconds : 0;
}
