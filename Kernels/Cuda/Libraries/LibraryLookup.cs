namespace SpecExecNative.Kernels.Cuda;

/// <summary>What became of the search for a library.</summary>
/// <param name="Library">Which.</param>
/// <param name="Attempts">What was tried, in order; the last one is the library if there is one.</param>
public sealed record LibraryLookup(CudaLibrary Library, IReadOnlyList<LibraryAttempt> Attempts)
{
    /// <summary>The library's handle; 0: not found.</summary>
    internal nint Handle { get; init; }

    /// <summary>Where it was found; null: nowhere.</summary>
    public LibraryCandidate? Found => Handle == 0 ? null : Attempts[^1].Candidate;

    /// <summary>Everything that was tried, in one sentence.</summary>
    public string Explanation => Attempts.Count == 0
        ? "no place to look in"
        : string.Join("; ", Attempts.Select(a => $"{a.Candidate.Path} ({a.Candidate.Origin}): {a.Problem ?? "found"}"));
}
