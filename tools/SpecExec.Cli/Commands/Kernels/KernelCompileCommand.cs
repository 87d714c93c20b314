using System.CommandLine;
using System.Diagnostics;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Cli.Commands.Kernels;

/// <summary><c>specexec kernels compile</c>: fills the cache, so that the next start finds everything.</summary>
internal static class KernelCompileCommand
{
    public static Command Create(CliHost host)
    {
        var arch = new Option<string[]>(KernelArchitectures.OptionName)
        {
            Description = "What to compile for; can be given several times. Default: the cards of this machine.",
            HelpName = KernelArchitectures.HelpName,
        };
        var noCache = new Option<bool>("--no-kernel-cache") { Description = "Compile everything anew, and do not keep it." };
        var command = new Command("compile", "Compile every variant into the kernel cache, and tell how long it took.");
        command.Add(arch);
        command.Add(noCache);
        command.SetAction((arguments, cancellation) => Task.Run(
            () => Run(arguments.GetValue(arch) ?? [], !arguments.GetValue(noCache), new CommandContext(host, arguments), cancellation), cancellation));
        return command;
    }

    /// <summary>The same compiler, cache and architecture as a device of this kind would use.</summary>
    public static KernelCompiler CreateCompiler(GpuArchitecture architecture, bool usesCache, CommandContext context)
    {
        NvrtcCompiler nvrtc = KernelArchitectures.RequireCompiler(context.Host, architecture);
        KernelCache? cache = usesCache ? new KernelCache(context.Host.Cuda.CacheFolder, context.Notices.Say) : null;
        return new KernelCompiler(architecture, nvrtc, cache, context.Notices.Say);
    }

    private static int Run(string[] names, bool usesCache, CommandContext context, CancellationToken cancellation)
    {
        IReadOnlyList<GpuArchitecture> architectures = names.Length > 0
            ? [.. names.Select(KernelArchitectures.Parse).Distinct()]
            : KernelArchitectures.OfCards(context.Host);
        foreach (GpuArchitecture architecture in architectures)
        {
            KernelCompiler compiler = CreateCompiler(architecture, usesCache, context);
            IReadOnlyList<KernelVariant> variants = KernelArchitectures.TableFor(architecture).All;
            long start = Stopwatch.GetTimestamp();
            compiler.Prepare(variants, cancellation);
            int compiled = compiler.CompiledCount;
            context.Output.WriteLine(
                $"{compiler.Target}: {variants.Count} kernels in {Quantity.Time(Stopwatch.GetElapsedTime(start))}, {compiled} compiled, {variants.Count - compiled} from the cache");
            context.Output.Flush();
        }

        return (int)ExitCode.Success;
    }
}
