namespace SpecExecNative.Bench.Cuda;

/// <summary>A kernel returned other numbers than the one that it was compared with. It is not timed.</summary>
/// <param name="what">The kernel and its shape.</param>
/// <param name="difference">Where, and how large.</param>
internal sealed class WrongResultException(string what, string difference) : Exception($"{what}: wrong, and not timed: {difference}");
