namespace SpecExecNative.Cli.Doctor;

/// <summary>A card made ready to compute, as every command that uses it does.</summary>
/// <param name="Time">From nothing to ready.</param>
/// <param name="Compiled">Kernels that had to be compiled; the others were in the cache, or came along.</param>
internal sealed record KernelStart(TimeSpan Time, int Compiled);
