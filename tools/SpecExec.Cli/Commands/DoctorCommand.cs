using System.CommandLine;
using SpecExecNative.Cli.Diagnosis;
using SpecExecNative.Cli.Terminal;

namespace SpecExecNative.Cli.Commands;

/// <summary><c>specexec doctor</c>: what this machine has for computing on a card, and what is missing.</summary>
internal static class DoctorCommand
{
    public static Command Create(CliHost host)
    {
        var json = new Option<bool>("--json") { Description = "One JSON object on stdout instead of the report." };
        var probe = new Option<int?>(PinnedProbe.Option) { Hidden = true };
        var command = new Command(
            "doctor",
            $"Show driver, cards, compiler and their state, and how to cure what is wrong. Exit code 0: a card can be used; {(int)ExitCode.DeviceUnavailable}: something is in the way.")
        {
            json,
            probe,
        };
        command.SetAction(arguments =>
        {
            if (arguments.GetValue(probe) is { } ordinal)
            {
                PinnedProbe.RunHere(ordinal, host.Output);
                return (int)ExitCode.Success;
            }

            var context = new CommandContext(host, arguments);
            DoctorFindings findings = new Doctor(host.ProbePinned).Examine();
            bool works = findings.Cards.Any(card => card.Kernels is not null && card.Rates is not null);
            ClosedPipe.Tolerate(() =>
            {
                if (arguments.GetValue(json))
                {
                    DoctorJson.Write(context.Output, findings);
                }
                else
                {
                    new DoctorReport(context.CreateOutputConsole()).Write(findings);
                }
            });
            return (int)(works ? ExitCode.Success : ExitCode.DeviceUnavailable);
        });
        return command;
    }
}
