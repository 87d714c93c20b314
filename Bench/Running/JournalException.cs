namespace SpecExecNative.Bench.Running;

/// <summary>A journal cannot be gone on with: it belongs to another run, or another process is writing it.</summary>
/// <param name="file">Its name.</param>
/// <param name="problem">Why, and what to do.</param>
/// <param name="inner">What the system said.</param>
internal sealed class JournalException(string file, string problem, Exception? inner = null) : BenchException($"{file}: {problem}", inner)
{
    public string File { get; } = file;
}
