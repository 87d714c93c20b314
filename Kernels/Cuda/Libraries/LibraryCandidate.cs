namespace SpecExecNative.Kernels.Cuda;

/// <summary>A file, or a name for the system's loader, that may be the library.</summary>
/// <param name="Path">Absolute path, or a bare name that the system's loader looks for.</param>
/// <param name="Origin">Where the idea comes from, e.g. <c>CUDA_PATH</c>.</param>
/// <param name="Major">The CUDA generation its name tells; 0: none.</param>
public sealed record LibraryCandidate(string Path, string Origin, int Major);
