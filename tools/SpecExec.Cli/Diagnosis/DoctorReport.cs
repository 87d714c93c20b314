using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Kernels.Cuda;
using Spectre.Console;

namespace SpecExecNative.Cli.Diagnosis;

/// <summary>The findings for people: facts first, then each problem with its cure.</summary>
internal sealed class DoctorReport(IAnsiConsole console)
{
    public void Write(DoctorFindings findings)
    {
        CudaExamination examination = findings.Examination;
        Line("driver", examination.DriverVersion is { } version ? $"CUDA {version} ({Place(examination.Driver)})" : "none that can be used");
        foreach (CardFindings card in findings.Cards)
        {
            WriteCard(card);
        }

        foreach (CudaCard card in examination.Cards.Where(card => card.Architecture < CudaCard.Oldest))
        {
            Line($"card {card.Ordinal}", $"{card.Name}, compute capability {card.Architecture}: too old");
        }

        if (findings.PinnedBytes is { } pinned)
        {
            Line("page-locked", $"at least {Quantity.Bytes(pinned)} granted");
        }

        Line("NVRTC", examination.Compiler is { } compiler
            ? $"{compiler.Version} ({Place(examination.Nvrtc)}), up to compute capability {compiler.Architectures[^1]}"
            : "not found");
        Line("shipped PTX", ShippedPtx.Instance is { } shipped ? $"{shipped.Count} kernels" : "none");
        Line("cuBLAS", examination.Cublas.Found is null ? "not found (only compared with, never needed)" : Place(examination.Cublas));
        Line("kernel cache", $"{findings.CacheFolder} ({Quantity.Bytes(findings.CacheBytes)})");
        foreach (CudaProblem problem in findings.Problems)
        {
            console.WriteLine();
            Line("problem", problem.What);
            Line("cure", problem.Cure);
        }
    }

    private void WriteCard(CardFindings findings)
    {
        CudaCard card = findings.Card;
        Line($"card {card.Ordinal}", $"{card.Name}, compute capability {card.Architecture}, {Quantity.Bytes(card.MemoryBytes)}, {card.Multiprocessors} multiprocessors");
        if (findings.Link is { } link)
        {
            Line("", $"PCI Express {link.Generation} × {link.Width} now, {link.MaxGeneration} × {link.MaxWidth} at best ({card.PciAddress})");
        }

        if (findings.Rates is { } rates)
        {
            Line("", $"copies: {rates.ToDevice / 1e9:0.0} GB/s to the card, {rates.ToHost / 1e9:0.0} GB/s back");
        }

        if (findings.Kernels is { } kernels)
        {
            Line("", $"kernels ready in {Quantity.Time(kernels.Time)}, {kernels.Compiled} of them compiled");
        }
    }

    private void Line(string label, string words) => LabelledLines.Write(console, label, words);

    private static string Place(LibraryLookup lookup) => lookup.Found is { } found ? $"{found.Path}, {found.Origin}" : "not found";
}
