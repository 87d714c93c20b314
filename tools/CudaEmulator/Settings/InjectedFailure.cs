using SpecExecNative.CudaEmulator.Driver;

namespace SpecExecNative.CudaEmulator.Settings;

/// <summary>Calls that fail without doing anything.</summary>
/// <param name="Call">Name of the entry point; null for any entry point that returns a status.</param>
/// <param name="Number">The first of those calls, counted from 1 after the reset.</param>
/// <param name="Code">What they return.</param>
/// <param name="Times">How many in a row.</param>
internal sealed record InjectedFailure(string? Call, long Number, CudaResult Code, long Times = 1)
{
    /// <param name="name">A call.</param>
    /// <param name="nth">Which one of that name.</param>
    /// <param name="nthOfAll">Which one of all.</param>
    internal bool Hits(string name, long nth, long nthOfAll)
        => (Call is null || Call == name) && (Call is null ? nthOfAll : nth) - Number is var later && later >= 0 && later < Times;
}
