namespace SpecExecNative.Bench.Reporting;

/// <summary>One measured figure.</summary>
/// <param name="Name">What was measured, e.g. <c>gemm</c>.</param>
/// <param name="Parameters">What it was measured at, in the order to print.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Reference">What it is compared with, or null.</param>
/// <param name="Ratio"><paramref name="Value"/> over the reference's, or null.</param>
public sealed record Measurement(
    string Name,
    IReadOnlyList<KeyValuePair<string, string>> Parameters,
    double Value,
    string Unit,
    string? Reference = null,
    double? Ratio = null);
