using System.Text.RegularExpressions;
using SpecExecNative.Kernels.Cuda.Interop;
using SpecExecNative.Kernels.Cuda.Memory;

namespace SpecExecNative.Kernels.Cuda.Diagnostics;

/// <summary>Looks at this machine. What is missing or broken becomes part of the answer, never an exception.</summary>
public static partial class CudaInspector
{
    private const string NvidiaVendor = "0x10de";

    /// <summary>Loads NVIDIA's libraries as far as they are there, and asks them.</summary>
    public static CudaInspection Inspect() => Inspect(new MachineFiles());

    internal static CudaInspection Inspect(MachineFiles files)
    {
        DriverFacts driver = InspectDriver(files);
        CardFacts[] cards = driver.State == DriverState.Ready ? [.. CudaCard.List().Select(card => InspectCard(card, files))] : [];
        return new CudaInspection
        {
            Driver = driver,
            Cards = cards,
            Controllers = files.DisplayControllers(NvidiaVendor),
            IsContainer = files.IsContainer,
            Compiler = InspectCompiler(),
            Blas = InspectBlas(cards),
            Cache = InspectCache(KernelCache.DefaultFolder),
            ShippedKernels = ShippedPtx.Instance?.Count ?? 0,
        };
    }

    /// <summary>How full a cache is, and whether it can be written. Makes no folder.</summary>
    internal static CacheFacts InspectCache(string folder)
    {
        FileInfo[] entries = [];
        try
        {
            entries = new DirectoryInfo(folder).GetFiles("*.kernel");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is not there yet, or not for us.
        }

        return new CacheFacts(folder, entries.Length, entries.Sum(entry => entry.Length), CanWriteBelow(folder));
    }

    private static DriverFacts InspectDriver(MachineFiles files)
    {
        LibraryLookup lookup = CudaLibraries.Find(CudaLibrary.Driver);
        if (lookup.Found is not { } library)
        {
            return new DriverFacts(DriverState.Missing, Failure: lookup.Explanation);
        }

        Version? version = null;
        DriverFacts Facts(DriverState state, string? failure = null, int code = 0)
            => new(state, library.Path, version, ReleaseIn(files.Line("proc", "driver", "nvidia", "version")), failure, code);
        try
        {
            version = CudaDriver.cuDriverGetVersion(out int number) == CudaResult.Success ? new Version(number / 1000, number % 1000 / 10) : null;
            _ = CudaRuntime.Initialize();
            return CudaCard.List().Count > 0 ? Facts(DriverState.Ready) : Facts(DriverState.NoCard);
        }
        catch (CudaUnavailableException e)
        {
            return Facts(version < DriverFacts.OldestCuda ? DriverState.TooOld : DriverState.NoCard, e.Message);
        }
        catch (CudaException e)
        {
            return Facts(DriverState.Failing, e.Message, e.Code);
        }
    }

    private static CardFacts InspectCard(CudaCard card, MachineFiles files)
    {
        PcieLink? link = PcieLinkReader.Read(card.PciAddress, files);
        if (card.Architecture < CudaCard.Oldest)
        {
            return new CardFacts(card, Link: link, Failure: $"compute capability {card.Architecture}; the kernels need at least {CudaCard.Oldest}.");
        }

        try
        {
            using var context = new PrimaryContext(card.Open());
            context.MakeCurrent();
            CudaDriver.cuMemGetInfo_v2(out nuint free, out _).ThrowOnError();
            return new CardFacts(card, (long)free, link);
        }
        catch (CudaException e)
        {
            return new CardFacts(card, Link: link, Failure: e.Message);
        }
    }

    private static CompilerFacts InspectCompiler()
    {
        LibraryLookup lookup = CudaLibraries.Find(CudaLibrary.Nvrtc);
        try
        {
            return NvrtcCompiler.TryOpen() is { } compiler
                ? new CompilerFacts(compiler.Library.Path, compiler.Library.Origin, compiler.Version, compiler.Architectures)
                : CompilerFacts.Missing(lookup.Explanation);
        }
        catch (NvrtcException e)
        {
            return new CompilerFacts(lookup.Found?.Path, lookup.Found?.Origin, null, [], e.Message);
        }
    }

    /// <summary>It says its version only to those who have made a handle, which takes a card.</summary>
    private static BlasFacts InspectBlas(IReadOnlyList<CardFacts> cards)
    {
        if (CudaLibraries.Find(CudaLibrary.Cublas).Found is not { } library)
        {
            return new BlasFacts();
        }

        if (cards.FirstOrDefault(card => card.IsUsable) is not { } card)
        {
            return new BlasFacts(library.Path);
        }

        try
        {
            using var context = new PrimaryContext(card.Card.Open());
            context.MakeCurrent();
            Cublas.cublasCreate_v2(out CublasHandle handle).ThrowOnError();
            try
            {
                Cublas.cublasGetVersion_v2(handle, out int number).ThrowOnError();
                return new BlasFacts(library.Path, new Version(number / 10_000, number % 10_000 / 100, number % 100));
            }
            finally
            {
                _ = Cublas.cublasDestroy_v2(handle);
            }
        }
        catch (CudaException)
        {
            return new BlasFacts(library.Path);
        }
    }

    private static bool CanWriteBelow(string folder)
    {
        string? existing = folder;
        while (existing is not null && !Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing);
        }

        try
        {
            string probe = Path.Combine(existing ?? folder, $".{Guid.NewGuid():N}.tmp");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose))
            {
                return true;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The driver's own version in its kernel module's words; null: none.</summary>
    internal static string? ReleaseIn(string? line) => Release().Match(line ?? "") is { Success: true } release ? release.Value : null;

    [GeneratedRegex(@"\b\d{3}\.\d{2,3}(?:\.\d{2})?\b")]
    private static partial Regex Release();
}
