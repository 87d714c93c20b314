using SpecExecNative.Bench.Figures;

namespace SpecExecNative.Bench.Reports;

/// <summary>A case that was measured.</summary>
/// <param name="Name">As the plan names it.</param>
/// <param name="Run">Index of the sitting that measured it.</param>
/// <param name="Seconds">How long that took, all told; null: not known.</param>
/// <param name="Rows">What came out.</param>
internal sealed record ReportCase(string Name, int Run, double? Seconds, IReadOnlyList<Row> Rows);
