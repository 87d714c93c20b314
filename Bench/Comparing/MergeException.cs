namespace SpecExecNative.Bench.Comparing;

/// <summary>Reports that do not belong together.</summary>
/// <param name="file">The one that does not fit those before it.</param>
/// <param name="problem">Why.</param>
internal sealed class MergeException(string file, string problem) : BenchException($"{file}: {problem}")
{
    public string File { get; } = file;
}
