using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Cli.Diagnosis;

/// <summary>Everything that <c>doctor</c> found out.</summary>
/// <param name="Examination">Libraries, cards, and what is wrong with them.</param>
/// <param name="Cards">What using each card showed.</param>
/// <param name="PinnedBytes">Page-locked memory that a process was granted; null: not tried, or it did not survive.</param>
/// <param name="CacheFolder">Where compiled kernels are kept.</param>
/// <param name="CacheBytes">How much there is.</param>
/// <param name="Problems">The examination's, and those that use has shown.</param>
internal sealed record DoctorFindings(
    CudaExamination Examination,
    IReadOnlyList<CardFindings> Cards,
    long? PinnedBytes,
    string CacheFolder,
    long CacheBytes,
    IReadOnlyList<CudaProblem> Problems);

/// <summary>What using a card showed.</summary>
/// <param name="Card">Which.</param>
/// <param name="Link">Its PCI Express link; null: the system does not tell.</param>
/// <param name="Rates">Speed of copies; null: they failed.</param>
/// <param name="Kernels">How many kernels are loaded, and in what time; null: it failed.</param>
internal sealed record CardFindings(CudaCard Card, PciLink? Link, CopyRates? Rates, KernelReadiness? Kernels);

/// <summary>A start of the kernels.</summary>
/// <param name="Compiled">How many had to be compiled; the others came from the cache.</param>
/// <param name="Time">From nothing to a device that is ready.</param>
internal sealed record KernelReadiness(int Compiled, TimeSpan Time);
