namespace SpecExecNative.Kernels.Cuda.Diagnostics;

/// <summary>The compiled kernels on disk.</summary>
/// <param name="Folder">Where they lie, or would.</param>
/// <param name="Entries">How many.</param>
/// <param name="Bytes">All of them.</param>
/// <param name="IsWritable">New ones can be kept.</param>
public sealed record CacheFacts(string Folder, int Entries, long Bytes, bool IsWritable);
