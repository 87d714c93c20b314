using System.CommandLine;
using SpecExecNative.Cli.Doctor;
using SpecExecNative.Cli.Options;
using SpecExecNative.Cli.Terminal;

namespace SpecExecNative.Cli.Commands;

/// <summary><c>specexec doctor</c>: is there a card that can be used, how well is it connected, and what is missing?</summary>
internal static class DoctorCommand
{
    public static Command Create(CliHost host)
    {
        var json = new Option<bool>("--json") { Description = "One JSON object on stdout instead of the report." };
        var device = new Option<int?>("--device") { Description = "Number of the card to measure. Default: the first that can be used.", HelpName = "N" };
        var pinned = new Option<double?>("--pinned")
        {
            Description = "Pinned memory to try for; 0: do not try. Default: 8, less where memory is scarce.",
            HelpName = "GiB",
        };
        var command = new Command(
            "doctor",
            $"Show the driver, cards, compiler and caches, measure copies and pinned memory, and say how to cure what is missing. Exit code 0: a card can be used; {(int)ExitCode.DeviceUnavailable}: none can.");
        command.Add(json);
        command.Add(device);
        command.Add(pinned);
        command.SetAction((arguments, cancellation) => RunAsync(
            arguments.GetValue(json), ReadCard(arguments.GetValue(device)), ReadBytes(arguments.GetValue(pinned)), new CommandContext(host, arguments), cancellation));
        return command;
    }

    private static int? ReadCard(int? ordinal)
        => ordinal is < 0 ? throw new UsageException($"--device must be 0 or more; {ordinal} was given.") : ordinal;

    private static long? ReadBytes(double? gibibytes) => gibibytes switch
    {
        null => null,
        >= 0 and <= 65_536 => (long)(gibibytes.Value * (1L << 30)),
        _ => throw new UsageException($"--pinned must be from 0 to 65,536 GiB; {gibibytes} was given."),
    };

    private static async Task<int> RunAsync(
        bool json, int? card, long? pinnedBytes, CommandContext context, CancellationToken cancellation)
    {
        Examination examination = await Examiner.ExamineAsync(context, card, pinnedBytes, cancellation).ConfigureAwait(false);

        // The verdict stands, whether or not someone reads the report to its end.
        ClosedPipe.Tolerate(Write);
        return (int)(examination.IsReady ? ExitCode.Success : ExitCode.DeviceUnavailable);

        void Write()
        {
            if (json)
            {
                DoctorJson.Write(context.Output, examination);
            }
            else
            {
                new DoctorReport(context.CreateOutputConsole()).Write(examination);
            }
        }
    }
}
