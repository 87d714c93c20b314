namespace SpecExecNative.Tests.Oracles;

/// <summary>A node of a <see cref="BruteForceTree"/>.</summary>
/// <param name="Path">Tokens from the root's child down to this node.</param>
/// <param name="CumulativeLogProb">Sum of log-probabilities along the path, natural logarithm.</param>
public sealed record BruteForceNode(IReadOnlyList<int> Path, double CumulativeLogProb);
