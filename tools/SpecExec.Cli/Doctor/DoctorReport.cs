using System.Globalization;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Diagnostics;
using Spectre.Console;

namespace SpecExecNative.Cli.Doctor;

/// <summary>An examination for people.</summary>
internal sealed class DoctorReport(IAnsiConsole console)
{
    public void Write(Examination found)
    {
        Line("cpu", found.Host.Cpu);
        Line("memory", $"{Quantity.Bytes(found.Host.MemoryBytes)}, {Quantity.Bytes(found.Host.FreeMemoryBytes)} free");
        Line("driver", Describe(found.Cuda.Driver));
        foreach (CardFacts card in found.Cuda.Cards)
        {
            Line($"card {card.Card.Ordinal}", Describe(card));
        }

        if (found.Copies is { } copies)
        {
            Line("copies", $"{Speed(copies.HostToDevice)} to the card, {Speed(copies.DeviceToHost)} back (pinned, {Quantity.Bytes(copies.CopyBytes)} at a time{Share(copies, found.Card?.Link)})");
        }

        if (found.Pinned is { } pinned)
        {
            Line("pinned", pinned.Refusal is null
                ? $"{Quantity.Bytes(pinned.GrantedBytes)} granted, which is all that was asked for"
                : $"{Quantity.Bytes(pinned.GrantedBytes)} granted of {Quantity.Bytes(pinned.LimitBytes)}");
        }

        Line("NVRTC", Describe(found.Cuda.Compiler));
        Line("cuBLAS", Describe(found.Cuda.Blas));
        if (found.Kernels is { } start)
        {
            Line("kernels", $"ready in {Quantity.Time(start.Time)}, {start.Compiled} of them compiled just now");
        }

        Line("kernel cache", $"{found.Cuda.Cache.Entries} entries ({Quantity.Bytes(found.Cuda.Cache.Bytes)}) in {found.Cuda.Cache.Folder}; {found.Cuda.ShippedKernels} come along as PTX");
        WriteProblems(found.Problems);
        Line("verdict", found.IsReady
            ? $"ready: --device cuda computes on {found.Card!.Card.Name}"
            : "no card can be used; --device cpu computes without one");
    }

    private void WriteProblems(IReadOnlyList<Problem> problems)
    {
        foreach (Problem problem in problems)
        {
            console.WriteLine();
            Line(problem.IsBlocking ? "problem" : "advice", problem.What);
            foreach (Cure cure in problem.Cures.Where(IsForThisSystem))
            {
                Line("", cure.Where == "everywhere" ? cure.How : $"{cure.Where}: {cure.How}");
            }
        }

        console.WriteLine();
    }

    /// <summary>Programs get all cures; people need those for the system they sit at.</summary>
    private static bool IsForThisSystem(Cure cure) => OperatingSystem.IsWindows()
        ? cure.Where is not ("Debian" or "Ubuntu" or "Docker" or "Podman" or "WSL")
        : cure.Where is not "Windows";

    private static string Describe(DriverFacts driver)
    {
        string version = driver.CudaVersion is null ? "" : $"CUDA {driver.CudaVersion}";
        string release = driver.Release is null ? "" : $"{driver.Release}, ";
        return driver.State switch
        {
            DriverState.Missing => "not found",
            DriverState.Failing => $"does not work ({driver.Path})",
            DriverState.TooOld => $"{release}{version} is too old ({driver.Path})",
            DriverState.NoCard => $"{release}{version}, shows no card ({driver.Path})",
            _ => $"{release}{version} ({driver.Path})",
        };
    }

    private static string Describe(CardFacts facts)
    {
        CudaCard card = facts.Card;
        string free = facts.FreeBytes is { } bytes ? $", {Quantity.Bytes(bytes)} free" : "";
        string link = facts.Link is { } l ? $", PCIe {l.Generation}.0 ×{l.Lanes} now, {l.MaxGeneration}.0 ×{l.MaxLanes} at most" : "";
        string state = facts.IsUsable ? "" : "; cannot be used";
        return $"{card.Name}, compute capability {card.Architecture}, {card.Multiprocessors} multiprocessors, {Quantity.Bytes(card.MemoryBytes)}{free}, PCI {card.PciAddress}{link}{state}";
    }

    private static string Describe(CompilerFacts compiler) => compiler switch
    {
        { Failure: null } => $"{compiler.Version}, up to compute capability {compiler.Architectures[^1]} ({compiler.Path}; found by {compiler.Origin})",
        { Path: null } => "not found",
        _ => $"does not work ({compiler.Path})",
    };

    private static string Describe(BlasFacts blas) => blas switch
    {
        { Path: null } => "not found, and not needed: only benchmarks compare with it",
        { Version: null } => blas.Path,
        _ => $"{blas.Version} ({blas.Path})",
    };

    /// <summary>How much of what the link could carry; nothing where it is not known.</summary>
    private static string Share(CopyRates copies, PcieLink? link)
        => link is null ? "" : $"; {copies.HostToDevice / PcieLink.BytesPerSecond(link.MaxGeneration, link.Lanes):0 %} of the link's {Speed(PcieLink.BytesPerSecond(link.MaxGeneration, link.Lanes))}";

    private static string Speed(double bytesPerSecond) => $"{(bytesPerSecond / 1e9).ToString("0.0", CultureInfo.InvariantCulture)} GB/s";

    private void Line(string label, string words) => LabelledLines.Write(console, label, words);
}
