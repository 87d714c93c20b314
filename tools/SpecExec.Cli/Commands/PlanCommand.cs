using System.CommandLine;
using SpecExecNative.Cli.Planning;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Engine.Planning;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Simulated;

namespace SpecExecNative.Cli.Commands;

/// <summary><c>specexec plan</c>: how fast a pair would be on a card that is not here.</summary>
internal static class PlanCommand
{
    public static Command Create(CliHost host)
    {
        var options = new PlanCliOptions();
        var json = new Option<bool>("--json") { Description = "One JSON object on stdout instead of the report." };
        var command = new Command("plan", "Forecast a pair's memory, timeline and speed on a card, from configurations alone. The engine itself runs, on a simulated card.");
        options.AddTo(command);
        command.Add(json);
        command.SetAction((arguments, cancellation) => RunAsync(options.Read(arguments), arguments.GetValue(json), new CommandContext(host, arguments), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(PlanCommandRequest request, bool json, CommandContext context, CancellationToken cancellation)
    {
        List<PairPlan> plans = [];
        foreach (int budget in request.Budgets)
        {
            using SimulatedDevice device = request.CreateDevice();
            try
            {
                PlanRequest pair = request.Pair with { Tree = request.Pair.Tree with { Budget = budget } };
                plans.Add(await PairSimulation.RunAsync(device, pair, cancellation).ConfigureAwait(false));
            }
            catch (DeviceOutOfMemoryException) when (plans.Count > 0)
            {
                context.Notices.Say($"a tree of {budget} nodes does not fit");
                break;
            }
        }

        PairPlan best = plans.MaxBy(p => p.TokensPerSecond)!;
        MemoryPlanReport.Write(context.Notices, best.Memory);
        if (request.TraceFile is { } file)
        {
            TraceFile.Write(file, $"simulated {request.Card.Name}", best.LastIteration);
        }

        ClosedPipe.Tolerate(() =>
        {
            if (json)
            {
                PlanJson.Write(context.Output, request, best, plans);
            }
            else
            {
                PlanReport.Write(context.CreateOutputConsole(), request, best, plans);
            }
        });
        return (int)ExitCode.Success;
    }
}
