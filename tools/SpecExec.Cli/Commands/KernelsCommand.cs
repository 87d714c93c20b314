using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using SpecExecNative.Cli.Options;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Cli.Commands;

/// <summary><c>specexec kernels</c>: the CUDA kernels, compiled for any card, without one.</summary>
internal static class KernelsCommand
{
    private const string Source = "source";
    private const string Ptx = "ptx";
    private const string Cubin = "cubin";

    public static Command Create(CliHost host) => new("kernels", "List, compile and print the CUDA kernels. Needs NVRTC, no card.")
    {
        CreateList(host),
        CreateCompile(host),
        CreateDump(host),
        CreateShip(host),
    };

    private static Command CreateList(CliHost host)
    {
        Option<string?> arch = ArchOption();
        var command = new Command("list", "All variants, with what each takes of a multiprocessor.") { arch };
        command.SetAction(arguments =>
        {
            var context = new CommandContext(host, arguments);
            KernelCompiler compiler = Open(arguments.GetValue(arch), context);
            IReadOnlyList<KernelVariant> variants = Table(compiler).All;
            compiler.Prepare(variants);
            var table = new AlignedTable("kernel", "source", "threads", "registers", "allowed", "spills", "shared") { RightAligned = new HashSet<int> { 2, 3, 4, 5, 6 } };
            foreach (KernelVariant variant in variants)
            {
                KernelUsage? usage = compiler.Get(variant).Usage;
                table.Add(
                    variant.Name,
                    variant.Source,
                    Number(variant.Threads),
                    Number(usage?.Registers),
                    Number(variant.MaxRegisters),
                    Number(usage?.SpillBytes),
                    Quantity.Bytes(variant.DynamicSharedBytes + (usage?.StaticSharedBytes ?? 0)));
            }

            ClosedPipe.Tolerate(() => table.Write(context.CreateOutputConsole()));
        });
        return command;
    }

    private static Command CreateCompile(CliHost host)
    {
        Option<string?> arch = ArchOption();
        var command = new Command("compile", "Compile all variants into the cache: later starts find them there.") { arch };
        command.SetAction(arguments =>
        {
            var context = new CommandContext(host, arguments);
            KernelCompiler compiler = Open(arguments.GetValue(arch), context);
            IReadOnlyList<KernelVariant> variants = Table(compiler).All;
            long start = Stopwatch.GetTimestamp();
            compiler.Prepare(variants);
            context.Output.WriteLine(
                $"{variants.Count} kernels for {compiler.Target}, {compiler.CompiledCount} of them compiled, in {Quantity.Time(Stopwatch.GetElapsedTime(start))}: {KernelCache.DefaultFolder}");
        });
        return command;
    }

    private static Command CreateDump(CliHost host)
    {
        var name = new Argument<string>("kernel") { Description = "A name from kernels list." };
        Option<string?> arch = ArchOption();
        var form = new Option<string>("--form") { Description = "What to print.", HelpName = $"{Source}|{Ptx}|{Cubin}", DefaultValueFactory = _ => Ptx };
        form.AcceptOnlyFromAmong(Source, Ptx, Cubin);
        var output = new Option<string?>("--output", "-o") { Description = "A file; default: stdout.", HelpName = "file" };
        var command = new Command("dump", "One variant: its source, its PTX, or its machine code.") { name, arch, form, output };
        command.SetAction(arguments =>
        {
            var context = new CommandContext(host, arguments);
            KernelCompiler? compiler = arguments.GetValue(form) == Source ? null : Open(arguments.GetValue(arch), context);
            KernelVariant variant = Find(arguments.GetValue(name)!, compiler);
            ReadOnlyMemory<byte> bytes = arguments.GetValue(form) switch
            {
                Source => System.Text.Encoding.UTF8.GetBytes(KernelSources.Text(variant.Source)),
                Cubin => compiler!.Get(variant).Cubin,
                _ => compiler!.Get(variant).Ptx[..^1],
            };
            if (arguments.GetValue(output) is { } file)
            {
                using FileStream stream = File.Create(file);
                stream.Write(bytes.Span);
            }
            else if (arguments.GetValue(form) == Cubin)
            {
                throw new UsageException("Machine code is not text; give it a file with --output.");
            }
            else
            {
                ClosedPipe.Tolerate(() => context.Output.Write(System.Text.Encoding.UTF8.GetString(bytes.Span)));
            }
        });
        return command;
    }

    /// <summary>For those who build this program: the PTX that is part of the library.</summary>
    private static Command CreateShip(CliHost host)
    {
        var file = new Argument<string>("file") { Description = "Where the archive goes." };
        var command = new Command("ship", "Compile what the library carries for machines without NVRTC.") { file };
        command.Hidden = true;
        command.SetAction(arguments =>
        {
            KernelVariant[] variants = [.. KernelTable.Everything];
            using FileStream stream = File.Create(arguments.GetValue(file)!);
            ShippedPtx.Write(variants, RequireCompiler(), stream);
            host.Output.WriteLine($"{variants.Length} kernels, {Quantity.Bytes(stream.Length)}");
        });
        return command;
    }

    private static Option<string?> ArchOption() => new("--arch")
    {
        Description = "The card to compile for, e.g. 8.9 or sm_89. Default: the first card of this machine.",
        HelpName = "capability",
    };

    private static KernelCompiler Open(string? arch, CommandContext context)
    {
        GpuArchitecture card = arch is null ? context.Host.FindCard(0).Architecture
            : GpuArchitecture.TryParse(arch) ?? throw new UsageException($"--arch must be like 8.9 or sm_89; {arch} was given.");
        if (card < CudaCard.Oldest)
        {
            throw new UsageException($"The kernels are for compute capability {CudaCard.Oldest} and later; {card} was given.");
        }

        return new KernelCompiler(card, RequireCompiler(), new KernelCache(KernelCache.DefaultFolder, context.Notices.Say), context.Notices.Say);
    }

    private static NvrtcCompiler RequireCompiler()
        => NvrtcCompiler.TryOpen() ?? throw new CudaUnavailableException("NVRTC was not found; specexec doctor says how to get it.");

    private static KernelTable Table(KernelCompiler compiler)
        => KernelTable.For(compiler.Card.Major < 8 ? KernelGeneration.Turing : KernelGeneration.Ampere);

    private static KernelVariant Find(string name, KernelCompiler? compiler)
    {
        IEnumerable<KernelVariant> variants = compiler is null ? KernelTable.Everything : Table(compiler).All;
        return variants.FirstOrDefault(variant => variant.Name == name)
            ?? throw new UsageException($"There is no kernel {name}; specexec kernels list shows them.");
    }

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
