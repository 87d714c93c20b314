namespace SpecExecNative.Kernels.Cuda.Diagnostics;

/// <summary>What to do about a <see cref="Problem"/>.</summary>
/// <param name="Where">The system or packager it is for, e.g. <c>Debian</c>, <c>Windows</c>, <c>pip</c>.</param>
/// <param name="How">A command, or a sentence.</param>
public sealed record Cure(string Where, string How);
