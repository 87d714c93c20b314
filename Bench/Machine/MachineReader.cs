using System.Globalization;
using System.Runtime.InteropServices;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Diagnostics;

namespace SpecExecNative.Bench.Machine;

/// <summary>Asks the machine for its <see cref="MachineFacts"/>. What does not answer is left out.</summary>
internal static class MachineReader
{
    /// <param name="device">What computes.</param>
    /// <param name="card">The card, if it is one.</param>
    public static MachineFacts Read(string device, CudaCard? card)
    {
        List<Parameter> facts = [];
        void Add(string name, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value))
            {
                facts.Add(new Parameter(name, value.Trim()));
            }
        }

        Add(MachineFacts.DeviceName, device);
        if (card is not null)
        {
            AddCard(Add, card);
        }

        Add("cpu", Processor());
        Add("logical processors", $"{Environment.ProcessorCount}");
        Add("memory", Gibibytes(Kernels.MainMemory.TotalBytes));
        Add("os", RuntimeInformation.OSDescription);
        Add("runtime", RuntimeInformation.FrameworkDescription);
        Add("commit", Commit.OfBuild);
        return new MachineFacts(facts);
    }

    private static void AddCard(Action<string, string?> add, CudaCard card)
    {
        CudaInspection found = CudaInspector.Inspect();
        add("compute capability", $"{card.Architecture}");
        add("device memory", Gibibytes(card.MemoryBytes));
        add("driver", found.Driver.Release);
        add("CUDA", found.Driver.CudaVersion?.ToString());
        add("NVRTC", found.Compiler.Version?.ToString());
        add("cuBLAS", found.Blas.Version?.ToString());
        add("link", found.Cards.FirstOrDefault(c => c.Card.Ordinal == card.Ordinal)?.Link is { } link
            ? $"PCIe {link.Generation}.0 ×{link.Lanes} now, {link.MaxGeneration}.0 ×{link.MaxLanes} at most" : null);
        foreach (Parameter state in CardState.Read(card.PciAddress))
        {
            add(state.Name, state.Value);
        }
    }

    /// <summary>The processor's own name where Linux tells it.</summary>
    private static string? Processor()
    {
        const string Files = "/proc/cpuinfo";
        if (!File.Exists(Files))
        {
            return $"{RuntimeInformation.ProcessArchitecture}";
        }

        string? line = File.ReadLines(Files).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
        return line is null ? $"{RuntimeInformation.ProcessArchitecture}" : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }

    private static string Gibibytes(long bytes) => (bytes / (double)(1L << 30)).ToString("0.0", CultureInfo.InvariantCulture) + " GiB";
}
