using SpecExecNative.Cli.Options;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Cli.Commands.Kernels;

/// <summary>Architectures as the command line has them, and what they mean for the kernel table.</summary>
internal static class KernelArchitectures
{
    public const string OptionName = "--arch";
    public const string HelpName = "sm_NN";

    /// <summary>From <c>sm_86</c>, <c>86</c> or <c>8.6</c>.</summary>
    /// <exception cref="UsageException">It is none of these, or too old.</exception>
    public static GpuArchitecture Parse(string text)
    {
        GpuArchitecture architecture = GpuArchitecture.TryParse(text)
            ?? throw new UsageException($"{OptionName} must be like sm_86 or 8.6; '{text}' was given.");
        return architecture >= CudaCard.Oldest
            ? architecture
            : throw new UsageException($"{OptionName} {text}: the kernels need at least compute capability {CudaCard.Oldest}.");
    }

    /// <summary>Those of the cards in this machine that can be used.</summary>
    /// <exception cref="UsageException">There is none to ask.</exception>
    public static IReadOnlyList<GpuArchitecture> OfCards(CliHost host)
    {
        string reason = "none is of use";
        try
        {
            GpuArchitecture[] found = [.. host.Cuda.ListCards().Select(card => card.Architecture).Where(a => a >= CudaCard.Oldest).Distinct()];
            if (found.Length > 0)
            {
                return found;
            }
        }
        catch (Exception e) when (e is CudaUnavailableException or CudaException)
        {
            reason = e.Message;
        }

        throw new UsageException($"There is no card here to compile for ({reason.TrimEnd('.')}): give {OptionName}, e.g. {OptionName} sm_86.");
    }

    /// <summary>The kernels for an architecture.</summary>
    public static KernelTable TableFor(GpuArchitecture architecture)
        => KernelTable.For(architecture.Major < 8 ? KernelGeneration.Turing : KernelGeneration.Ampere);

    /// <summary>The compiler, which must be there.</summary>
    /// <param name="host">The world.</param>
    /// <param name="architecture">What it must be able to make machine code for.</param>
    /// <exception cref="CudaUnavailableException">It is not there, or too old.</exception>
    public static NvrtcCompiler RequireCompiler(CliHost host, GpuArchitecture architecture)
    {
        NvrtcCompiler compiler = host.Cuda.OpenCompiler() ?? throw new CudaUnavailableException("NVRTC was not found; specexec doctor says how to get it.");
        return CompileTarget.For(architecture, compiler.Architectures) is not null
            ? compiler
            : throw new CudaUnavailableException($"NVRTC {compiler.Version} cannot compile for compute capability {architecture}.");
    }
}
