using System.CommandLine;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Cli.Commands.Kernels;

/// <summary><c>specexec kernels list</c>: the table of variants, and with <c>--arch</c> what the compiler made of them.</summary>
internal static class KernelListCommand
{
    public static Command Create(CliHost host)
    {
        var arch = new Option<string?>(KernelArchitectures.OptionName)
        {
            Description = "Compile for this architecture, and add registers, spills, static shared memory, blocks on a multiprocessor, and instructions for tensors and for widening 4-bit weights.",
            HelpName = KernelArchitectures.HelpName,
        };
        var command = new Command("list", "List every variant: source, threads, shared memory, register budget.");
        command.Add(arch);
        command.SetAction((arguments, cancellation) => Run(arguments.GetValue(arch), new CommandContext(host, arguments), cancellation));
        return command;
    }

    private static Task<int> Run(string? arch, CommandContext context, CancellationToken cancellation)
    {
        AlignedTable table = arch is null ? Plain() : Compiled(KernelArchitectures.Parse(arch), context, cancellation);
        table.Write(context.CreateOutputConsole());
        return Task.FromResult((int)ExitCode.Success);
    }

    private static AlignedTable Plain()
    {
        var table = new AlignedTable("kernel", "cards", "source", "threads", "dynamic shared", "registers at most", "compiled") { RightAligned = new HashSet<int> { 3, 4, 5 } };
        foreach (KernelVariant variant in KernelTable.Everything)
        {
            table.Add([.. Common(variant), variant.Eager ? "at start-up" : "when needed"]);
        }

        return table;
    }

    private static AlignedTable Compiled(GpuArchitecture architecture, CommandContext context, CancellationToken cancellation)
    {
        KernelCompiler compiler = KernelCompileCommand.CreateCompiler(architecture, usesCache: true, context);
        IReadOnlyList<KernelVariant> variants = KernelArchitectures.TableFor(architecture).All;
        compiler.Prepare(variants, cancellation);
        var table = new AlignedTable("kernel", "cards", "source", "threads", "dynamic shared", "registers at most", "registers", "spills", "static shared", "blocks", "tensor", "widening") { RightAligned = Enumerable.Range(3, 9).ToHashSet() };
        foreach (KernelVariant variant in variants)
        {
            CompiledKernel compiled = compiler.Get(variant);
            KernelUsage? usage = compiled.Usage;
            KernelProfile profile = KernelProfile.Of(architecture, variant, compiled);
            table.Add(
            [
                .. Common(variant), $"{usage?.Registers}", $"{usage?.SpillBytes}", $"{usage?.StaticSharedBytes}",
                $"{profile.Blocks}", $"{profile.TensorInstructions}", $"{profile.WideningInstructions}",
            ]);
        }

        return table;
    }

    private static string[] Common(KernelVariant variant) =>
        [variant.Name, $"{variant.Generation}", variant.Source, $"{variant.Threads}", $"{variant.DynamicSharedBytes}", $"{variant.MaxRegisters}"];
}
