using System.CommandLine;
using SpecExecNative.Cli.Inspection;
using SpecExecNative.Cli.Options;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Kernels;

namespace SpecExecNative.Cli.Commands;

/// <summary><c>specexec inspect</c>: what a model is, and whether it can run here.</summary>
internal static class InspectCommand
{
    public static Command Create(CliHost host)
    {
        var model = new ModelArgument("inspect")
        {
            Description = "A directory, org/name in the Hugging Face cache, or one .safetensors file. Default: the demo target.",
        };
        var json = new Option<bool>("--json") { Description = "One JSON object on stdout instead of the report." };
        var command = new Command(
            "inspect",
            $"Show a model's architecture, tensors, sizes and tokenizer, and what stands in its way. Exit code 0: it can run; {(int)ExitCode.BadModel}: it cannot.");
        model.AddTo(command);
        command.Add(json);
        command.SetAction(arguments =>
        {
            var context = new CommandContext(host, arguments);
            return Run(model.Read(arguments) ?? ModelArgument.DemoTarget(context), arguments.GetValue(json), context);
        });
        return command;
    }

    private static int Run(string model, bool json, CommandContext context)
    {
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
