using System.CommandLine;
using SpecExecNative.Cli.Inspection;
using SpecExecNative.Cli.Models;
using SpecExecNative.Cli.Options;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Kernels;

namespace SpecExecNative.Cli.Commands;

/// <summary><c>specexec inspect</c>: what a model is, and whether it can run here.</summary>
internal static class InspectCommand
{
    public static Command Create(CliHost host)
    {
        var model = new Argument<string?>("model")
        {
            Description = "A directory, org/name in the Hugging Face cache, or one .safetensors file. Default: the demo target.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var option = new Option<string?>("--model", "-m") { Description = "The same, as the other commands have it.", HelpName = "dir|org/name" };
        var json = new Option<bool>("--json") { Description = "One JSON object on stdout instead of the report." };
        var command = new Command(
            "inspect",
            $"Show a model's architecture, tensors, sizes and tokenizer, and what stands in its way. Exit code 0: it can run; {(int)ExitCode.BadModel}: it cannot.");
        command.Add(model);
        command.Add(option);
        command.Add(json);
        command.SetAction(arguments =>
        {
            var context = new CommandContext(host, arguments);
            return Run(Choose(arguments.GetValue(model), arguments.GetValue(option), context), arguments.GetValue(json), context);
        });
        return command;
    }

    private static string Choose(string? argument, string? option, CommandContext context)
    {
        if (argument is not null && option is not null)
        {
            throw new UsageException("inspect looks at one model: give it as argument or as --model, not both.");
        }

        if ((argument ?? option) is { } model)
        {
            return model;
        }

        context.Notices.Say("no model given; looking at the target of the demo pair");
        return Path.Combine(context.Host.BaseDirectory, DemoPair.Target);
    }

    private static int Run(string model, bool json, CommandContext context)
    {
        if (model.Length == 0)
        {
            throw new UsageException("The model's name is empty.");
        }

        ModelInspection inspection = Inspector.Inspect(model);
        using ComputeDevice device = context.Host.CreateCpuDevice(1); // computes nothing, but knows how it would
        // The verdict stands, whether or not someone reads the report to its end.
        ClosedPipe.Tolerate(Write);
        return (int)(inspection.Problems.Count == 0 ? ExitCode.Success : ExitCode.BadModel);

        void Write()
        {
            if (json)
            {
                InspectionJson.Write(context.Output, inspection);
            }
            else
            {
                new InspectionReport(context.CreateOutputConsole(), device.KvType).Write(inspection, allTensors: context.Verbose);
            }
        }
    }
}
