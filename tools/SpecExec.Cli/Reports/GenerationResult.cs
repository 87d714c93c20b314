using SpecExecNative.Engine.Generation;
using SpecExecNative.Kernels;

namespace SpecExecNative.Cli.Reports;

/// <summary>A text as far as it was written.</summary>
/// <param name="Options">How it was asked for.</param>
/// <param name="TokenIds">Its tokens, an ending one included.</param>
/// <param name="Text">Its characters.</param>
/// <param name="Statistics">What was measured.</param>
/// <param name="PlainDecoding">Time of one token of plain decoding at its end, if measured.</param>
/// <param name="Finish">Null: it was cancelled.</param>
internal sealed record GenerationResult(
    GenerationOptions Options,
    IReadOnlyList<int> TokenIds,
    string Text,
    GenerationStatistics Statistics,
    TimeSpan? PlainDecoding,
    FinishReason? Finish)
{
    /// <summary>What device and host did, if it was kept.</summary>
    public IReadOnlyList<DeviceSpan> Timespans { get; init; } = [];

    /// <summary>How many times as fast as plain decoding; null where that was not measured or nothing was decoded.</summary>
    public double? SpeedUp => PlainDecoding is { } plain && Statistics.Tokens > 0
        ? Statistics.DecodeTokensPerSecond * plain.TotalSeconds
        : null;
}
