namespace SpecExecNative.Kernels.Cuda;

/// <summary>A candidate that was tried.</summary>
/// <param name="Candidate">What was tried.</param>
/// <param name="Problem">Why it is not the library; null: it is.</param>
public sealed record LibraryAttempt(LibraryCandidate Candidate, string? Problem);
