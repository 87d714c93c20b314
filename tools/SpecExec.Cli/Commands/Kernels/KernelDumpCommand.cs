using System.CommandLine;
using System.Text;
using SpecExecNative.Cli.Options;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Cli.Commands.Kernels;

/// <summary><c>specexec kernels dump</c>: one variant as source, PTX or machine code.</summary>
internal static class KernelDumpCommand
{
    public static Command Create(CliHost host)
    {
        var name = new Argument<string>("name") { Description = "The variant, as kernels list calls it." };
        var form = new Option<string>("--form")
        {
            Description = "What to show.",
            HelpName = "source|ptx|cubin",
            DefaultValueFactory = _ => "source",
        };
        form.AcceptOnlyFromAmong("source", "ptx", "cubin");
        var arch = new Option<string?>(KernelArchitectures.OptionName)
        {
            Description = "What to compile for. Default: the first card of this machine.",
            HelpName = KernelArchitectures.HelpName,
        };
        var output = new Option<string?>("--output", "-o") { Description = "A file instead of stdout; cubin needs one.", HelpName = "file" };
        var command = new Command("dump", "Show one variant as CUDA C++, PTX or machine code.");
        command.Add(name);
        command.Add(form);
        command.Add(arch);
        command.Add(output);
        command.SetAction((arguments, _) => Task.Run(() =>
        {
            var context = new CommandContext(host, arguments);
            KernelForm wanted = Enum.Parse<KernelForm>(arguments.GetValue(form)!, ignoreCase: true);
            string? file = arguments.GetValue(output);
            if (wanted is KernelForm.Cubin && file is null)
            {
                throw new UsageException("--form cubin is machine code: give --output FILE.");
            }

            Write(Bytes(arguments.GetValue(name)!, wanted, arguments.GetValue(arch), context), file, context);
            return (int)ExitCode.Success;
        }));
        return command;
    }

    private static ReadOnlyMemory<byte> Bytes(string name, KernelForm form, string? arch, CommandContext context)
    {
        if (form is KernelForm.Source && arch is null)
        {
            // The source is the same whatever it is compiled for.
            return Encoding.UTF8.GetBytes(KernelSources.Text(Find(KernelTable.Everything, name).Source));
        }

        GpuArchitecture architecture = arch is null ? KernelArchitectures.OfCards(context.Host)[0] : KernelArchitectures.Parse(arch);
        KernelVariant variant = Find(KernelArchitectures.TableFor(architecture).All, name);
        if (form is KernelForm.Source)
        {
            return Encoding.UTF8.GetBytes(KernelSources.Text(variant.Source));
        }

        KernelCompiler compiler = KernelCompileCommand.CreateCompiler(architecture, usesCache: true, context);
        CompiledKernel compiled = compiler.Get(variant);
        ReadOnlyMemory<byte> code = form is KernelForm.Ptx ? compiled.Ptx : compiled.Cubin;
        return code.IsEmpty
            ? throw new CudaUnavailableException($"This NVRTC makes {compiler.Target} for compute capability {architecture}, but no machine code.")
            : form is KernelForm.Ptx ? code.TrimEnd((byte)0) : code;
    }

    private static KernelVariant Find(IEnumerable<KernelVariant> variants, string name)
        => variants.FirstOrDefault(variant => variant.Name == name)
            ?? throw new UsageException($"There is no kernel '{name}'; specexec kernels list shows them.");

    private static void Write(ReadOnlyMemory<byte> bytes, string? file, CommandContext context)
    {
        if (file is null)
        {
            context.Output.Write(Encoding.UTF8.GetString(bytes.Span));
            return;
        }

        using (FileStream destination = File.Create(file))
        {
            destination.Write(bytes.Span);
        }

        context.Notices.Say($"wrote {file}");
    }
}
