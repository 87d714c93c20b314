namespace SpecExecNative.CudaEmulator.Driver.Reporting;

/// <summary>A consistent copy of a <see cref="DriverRecord"/>; all lists are sorted by name.</summary>
internal sealed record RecordSnapshot(
    long TotalCalls,
    IReadOnlyList<KeyValuePair<string, long>> Calls,
    IReadOnlyList<KeyValuePair<string, long>> Notes,
    IReadOnlyList<KeyValuePair<string, (long Count, long Bytes)>> Work,
    IReadOnlyList<Finding> Findings);
