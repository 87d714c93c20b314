using System.Diagnostics;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Cli.Diagnosis;

/// <summary>Looks at all that computing on a card needs, and tries it.</summary>
/// <param name="probePinned">Bytes that a process of its own was granted; null: it did not survive.</param>
internal sealed class Doctor(Func<CudaCard, long?> probePinned)
{
    private readonly List<CudaProblem> _problems = [];

    public DoctorFindings Examine()
    {
        CudaExamination examination = CudaExamination.Make();
        _problems.AddRange(examination.Problems);
        CudaCard[] usable = [.. examination.Cards.Where(card => card.Architecture >= CudaCard.Oldest)];
        CardFindings[] cards = [.. usable.Select(Try)];
        long? pinned = usable.Length == 0 ? null : probePinned(usable[0]);
        if (usable.Length > 0 && pinned is null)
        {
            _problems.Add(new CudaProblem(
                "A process that page-locked memory did not survive it.", "Raise the memory limit of the container or user, or use a smaller model."));
        }

        return new DoctorFindings(examination, cards, pinned, KernelCache.DefaultFolder, SizeOf(KernelCache.DefaultFolder), _problems);
    }

    private CardFindings Try(CudaCard card) => new(
        card,
        PciLink.TryRead(card.PciAddress),
        Attempt(card, "copies", () => CardProbe.MeasureCopies(card)),
        Attempt(card, "kernels", () => Start(card)));

    private static KernelReadiness Start(CudaCard card)
    {
        long start = Stopwatch.GetTimestamp();
        using CudaDevice device = CudaDevice.Open(new CudaDeviceOptions { Ordinal = card.Ordinal });
        return new KernelReadiness(device.Compiler.CompiledCount, Stopwatch.GetElapsedTime(start));
    }

    private T? Attempt<T>(CudaCard card, string what, Func<T> use)
        where T : class
    {
        try
        {
            return use();
        }
        catch (Exception e) when (e is CudaUnavailableException or CudaException or NvrtcException)
        {
            _problems.Add(new CudaProblem($"{card.Name}: {what} failed: {e.Message}", "See whether other CUDA programs work; nvidia-smi and the system's log may say more."));
            return null;
        }
    }

    private static long SizeOf(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? new DirectoryInfo(folder).GetFiles().Sum(file => file.Length) : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
