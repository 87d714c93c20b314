using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Machine;
using SpecExecNative.Bench.Running;

namespace SpecExecNative.Bench.Reports;

/// <summary>One sitting: a process that measured cases of a report. A resumed or merged report has several, each on its own machine.</summary>
/// <param name="Shard">Its share of the cases.</param>
/// <param name="Started">When; null: not known.</param>
/// <param name="Environment">On what.</param>
/// <param name="Rows">What it measured before its cases, e.g. the device's limits, with which only its own cases are compared.</param>
internal sealed record ReportRun(Shard Shard, DateTimeOffset? Started, MachineFacts Environment, IReadOnlyList<Row> Rows);
