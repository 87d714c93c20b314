namespace SpecExecNative.Kernels.Cuda;

/// <summary>What stands here for computing on a card, and what stands in the way. Works without a card, a driver, or any library.</summary>
public sealed record CudaExamination
{
    /// <summary>Where the driver's library was looked for.</summary>
    public required LibraryLookup Driver { get; init; }

    /// <summary>The newest CUDA version that the driver supports; null: no driver that answers.</summary>
    public Version? DriverVersion { get; init; }

    /// <summary>Cards that the driver shows.</summary>
    public IReadOnlyList<CudaCard> Cards { get; init; } = [];

    /// <summary>Where NVRTC was looked for.</summary>
    public required LibraryLookup Nvrtc { get; init; }

    /// <summary>The compiler; null: none that answers.</summary>
    public NvrtcCompiler? Compiler { get; init; }

    /// <summary>Where cuBLAS was looked for.</summary>
    public required LibraryLookup Cublas { get; init; }

    /// <summary>What is wrong, most important first.</summary>
    public required IReadOnlyList<CudaProblem> Problems { get; init; }

    /// <summary>Looks at everything and uses nothing.</summary>
    public static CudaExamination Make()
    {
        var problems = new List<CudaProblem>();
        Version? driver = Attempt(CudaRuntime.Initialize, CudaProblem.Cures.Driver, problems);
        IReadOnlyList<CudaCard> cards = driver is null ? [] : Attempt(CudaCard.List, CudaProblem.Cures.Driver, problems) ?? [];
        if (driver is not null && !cards.Any(card => card.Architecture >= CudaCard.Oldest))
        {
            problems.Add(new CudaProblem($"No card of compute capability {CudaCard.Oldest} or later.", CudaProblem.Cures.Card));
        }

        NvrtcCompiler? compiler = Attempt(NvrtcCompiler.TryOpen, CudaProblem.Cures.Nvrtc, problems);
        if (compiler is null)
        {
            string kept = ShippedPtx.Instance is null ? "" : " The driver will translate the PTX that comes along.";
            problems.Add(new CudaProblem($"NVRTC, the kernels' compiler, was not found.{kept}", CudaProblem.Cures.Nvrtc));
        }
        else if (driver is not null && compiler.Version.Major > driver.Major)
        {
            problems.Add(new CudaProblem(
                $"NVRTC {compiler.Version} is newer than the driver's CUDA {driver}, which may refuse its code.", CudaProblem.Cures.Mismatch(driver.Major)));
        }

        return new CudaExamination
        {
            Driver = CudaLibraries.Find(CudaLibrary.Driver),
            DriverVersion = driver,
            Cards = cards,
            Nvrtc = CudaLibraries.Find(CudaLibrary.Nvrtc),
            Compiler = compiler,
            Cublas = CudaLibraries.Find(CudaLibrary.Cublas),
            Problems = problems,
        };
    }

    private static T? Attempt<T>(Func<T?> look, string cure, List<CudaProblem> problems)
        where T : class
    {
        try
        {
            return look();
        }
        catch (Exception e) when (e is CudaUnavailableException or CudaException or NvrtcException or EntryPointNotFoundException)
        {
            problems.Add(new CudaProblem(e.Message, cure));
            return null;
        }
    }
}
