using System.CommandLine;
using SpecExecNative.Cli.Doctor;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Diagnostics;

namespace SpecExecNative.Cli.Commands;

/// <summary>The other half of <see cref="PinnedProbeProcess"/>; people have no use for it.</summary>
internal static class PinnedProbeCommand
{
    public const string Name = "probe-pinned";
    public const string DeviceOption = "--device";
    public const string LimitOption = "--limit";

    public static Command Create(CliHost host)
    {
        var device = new Option<int>(DeviceOption);
        var limit = new Option<long>(LimitOption);
        var command = new Command(Name, "Pin memory until it is refused, and tell.") { Hidden = true };
        command.Add(device);
        command.Add(limit);
        command.SetAction(arguments =>
        {
            OfferItselfFirst();
            string? refusal = PinnedMemoryProbe.Grow(
                CudaCard.Require(arguments.GetValue(device)), arguments.GetValue(limit), bytes => Write(PinnedProbeProtocol.GrantedLine(bytes)));
            Write(PinnedProbeProtocol.EndLine(refusal));
            return (int)ExitCode.Success;
        });
        return command;

        void Write(string line)
        {
            host.Output.WriteLine(line);
            host.Output.Flush();
        }
    }

    /// <summary>If Linux runs out of memory, it shall end this process and none that somebody needs.</summary>
    private static void OfferItselfFirst()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", "1000");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then it is one among many.
        }
    }
}
