using SpecExecNative.CudaEmulator.Driver;

namespace SpecExecNative.CudaEmulator.Settings;

/// <summary>One call that fails without doing anything.</summary>
/// <param name="Call">Name of the entry point; null for any entry point that returns a status.</param>
/// <param name="Number">Which of those calls, counted from 1 after the reset.</param>
/// <param name="Code">What it returns.</param>
internal sealed record InjectedFailure(string? Call, long Number, CudaResult Code);
