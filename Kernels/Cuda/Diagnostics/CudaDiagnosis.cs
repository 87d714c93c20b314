namespace SpecExecNative.Kernels.Cuda.Diagnostics;

/// <summary>From facts to problems and their cures. Nothing here looks at the machine.</summary>
internal static class CudaDiagnosis
{
    private const int StubLibrary = 34;
    private const int VersionMismatch = 803;

    public static IEnumerable<Problem> Of(CudaInspection found)
        => OfDriver(found).Concat(found.Cards.SelectMany(card => OfCard(card, isOnlyHope: found.FirstUsable is null))).Concat(OfCompiler(found)).Concat(OfCache(found.Cache));

    private static IEnumerable<Problem> OfDriver(CudaInspection found)
    {
        DriverFacts driver = found.Driver;
        return driver.State switch
        {
            DriverState.Missing => [Missing(found)],
            DriverState.Failing => [Failing(driver)],
            DriverState.TooOld => [new Problem($"NVIDIA's driver supports CUDA {driver.CudaVersion} at most; at least {DriverFacts.OldestCuda} is needed (driver 525 or later).", true, Cures.InstallDriver)],
            DriverState.NoCard => [NoCard(found)],
            _ => [],
        };
    }

    private static Problem Missing(CudaInspection found)
    {
        string what = found.Controllers.Count > 0
            ? $"There is an NVIDIA card (PCI {string.Join(", ", found.Controllers)}), but NVIDIA's driver was not found: {found.Driver.Failure}."
            : $"NVIDIA's driver was not found: {found.Driver.Failure}.";
        return new Problem(what, true, found.IsContainer ? [.. Cures.PassIntoContainer, .. Cures.InstallDriver] : Cures.InstallDriver);
    }

    private static Problem Failing(DriverFacts driver) => new(
        $"NVIDIA's driver does not work: {driver.Failure}",
        true,
        driver.FailureCode switch
        {
            StubLibrary => Cures.InstallDriver,
            VersionMismatch => Cures.Restart,
            _ => [.. Cures.Restart, .. Cures.InstallDriver],
        });

    private static Problem NoCard(CudaInspection found) => new(
        found.Controllers.Count > 0
            ? $"The driver shows no card, though there is one (PCI {string.Join(", ", found.Controllers)})."
            : "The driver shows no card.",
        true,
        [
            new Cure("everywhere", "check that nvidia-smi lists it, and that CUDA_VISIBLE_DEVICES is not set to something else"),
            .. found.IsContainer ? Cures.PassIntoContainer : [],
        ]);

    private static IEnumerable<Problem> OfCard(CardFacts facts, bool isOnlyHope)
    {
        if (facts.Failure is not null)
        {
            string how = facts.Card.Architecture < CudaCard.Oldest
                ? $"use a card of compute capability {CudaCard.Oldest} or later (GeForce RTX 20, GTX 16, Tesla T4), or compute on the CPU: --device cpu"
                : "see nvidia-smi for what holds it; --device cuda:N chooses another card";
            yield return new Problem($"Card {facts.Card.Ordinal} cannot be used: {facts.Failure}", isOnlyHope, Cures.Everywhere(how));
        }

        if (facts.Link is { } link && link.Lanes < link.MaxLanes)
        {
            yield return new Problem(
                $"Card {facts.Card.Ordinal} is connected by {link.Lanes} of its {link.MaxLanes} PCIe lanes: weights stream at {(double)link.Lanes / link.MaxLanes:0.##} times the speed.",
                false,
                Cures.Everywhere("put the card into the slot next to the processor, and look in the BIOS for lanes shared with an M.2 slot"));
        }
    }

    private static IEnumerable<Problem> OfCompiler(CudaInspection found)
    {
        CompilerFacts compiler = found.Compiler;
        int cudaMajor = found.Driver.CudaVersion?.Major ?? 12;
        if (compiler.Failure is not null)
        {
            bool isReplaced = found.ShippedKernels > 0;
            yield return new Problem(
                $"NVRTC {(compiler.Path is null ? "was not found" : "does not work")}: {compiler.Failure}. "
                + (isReplaced ? $"The driver translates the {found.ShippedKernels} kernels that come along instead; models of unusual shape need NVRTC." : "Without it there are no kernels."),
                !isReplaced,
                Cures.InstallCompiler(cudaMajor));
            yield break;
        }

        foreach (CudaCard card in found.Cards.Where(c => c.IsUsable).Select(c => c.Card).DistinctBy(c => c.Architecture))
        {
            if (CompileTarget.For(card.Architecture, compiler.Architectures) is not { IsMachineCode: true })
            {
                yield return new Problem(
                    $"NVRTC {compiler.Version} does not know compute capability {card.Architecture} (it ends at {compiler.Architectures[^1]}): the driver must translate the kernels at every start.",
                    false,
                    Cures.InstallCompiler(cudaMajor));
            }
        }
    }

    private static IEnumerable<Problem> OfCache(CacheFacts cache)
    {
        if (!cache.IsWritable)
        {
            yield return new Problem(
                $"Compiled kernels cannot be kept in {cache.Folder}: every start compiles them again.",
                false,
                Cures.Everywhere("make the folder writable, or set XDG_CACHE_HOME (Windows: LOCALAPPDATA) to one that is"));
        }
    }
}
