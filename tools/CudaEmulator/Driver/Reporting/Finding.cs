namespace SpecExecNative.CudaEmulator.Driver.Reporting;

/// <summary>A mistake of a kernel or of the host program.</summary>
/// <param name="Kind">What sort, hyphenated: "illegal-address", "unordered".</param>
/// <param name="Text">One sentence with everything known: operations, addresses, kernel, thread, source line.</param>
/// <param name="Result">The status that the calls after it return.</param>
internal sealed record Finding(string Kind, string Text, CudaResult Result);
