namespace SpecExecNative.Bench.Cuda.Files;

/// <summary>A file of the user's cannot take the place of one of our kernels.</summary>
/// <param name="file">Its name.</param>
/// <param name="problem">Why not.</param>
internal sealed class KernelFileException(string file, string problem) : BenchException($"{file}: {problem}");
