namespace SpecExecNative.Bench.Comparing;

/// <summary>A report that this one cannot be compared with.</summary>
/// <param name="file">Its name.</param>
/// <param name="problem">Why.</param>
internal sealed class BaselineException(string file, string problem) : BenchException($"{file}: {problem}");
