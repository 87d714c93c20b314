namespace SpecExecNative.Kernels.Cuda.Diagnostics;

/// <summary>Something that stands between this machine and its card, or that slows it down.</summary>
/// <param name="What">One sentence.</param>
/// <param name="IsBlocking">Nothing runs on a card until it is cured.</param>
/// <param name="Cures">What to do; at least one.</param>
public sealed record Problem(string What, bool IsBlocking, IReadOnlyList<Cure> Cures);
