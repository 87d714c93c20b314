using System.Diagnostics;
using System.Globalization;
using SpecExecNative.Cli.Commands;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Cli.Doctor;

/// <summary>
/// Runs the probe (<see cref="PinnedProbeCommand"/>) in a process of its own: if the system rather ends a process than
/// refuse memory, it ends that one.
/// </summary>
internal static class PinnedProbeProcess
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    public static async Task<PinnedGrant> RunAsync(CudaCard card, long limitBytes, CancellationToken cancellation)
    {
        var protocol = new PinnedProbeProtocol(limitBytes);
        using Process probe = Start(card.Ordinal, limitBytes);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Timeout);
        try
        {
            Task<string> error = probe.StandardError.ReadToEndAsync(patience.Token);
            while (await probe.StandardOutput.ReadLineAsync(patience.Token).ConfigureAwait(false) is { } line)
            {
                protocol.Read(line);
            }

            await probe.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            string words = (await error.ConfigureAwait(false)).Trim().Split('\n')[^1];
            return protocol.Result(words.Length > 0 ? words : $"the system ended the process (exit code {probe.ExitCode})");
        }
        catch (OperationCanceledException)
        {
            probe.Kill();
            cancellation.ThrowIfCancellationRequested();
            return protocol.Result($"it took longer than {Timeout.TotalSeconds:0} s");
        }
    }

    /// <summary>This program again: as an executable, or as an assembly that <c>dotnet</c> runs.</summary>
    private static Process Start(int ordinal, long limitBytes)
    {
        string self = Environment.ProcessPath ?? throw new InvalidOperationException("This process does not know its own file.");
        string[] assembly = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        string[] arguments =
        [
            .. assembly,
            PinnedProbeCommand.Name,
            PinnedProbeCommand.DeviceOption, ordinal.ToString(CultureInfo.InvariantCulture),
            PinnedProbeCommand.LimitOption, limitBytes.ToString(CultureInfo.InvariantCulture),
        ];
        return Process.Start(new ProcessStartInfo(self, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException($"{self} could not be started.");
    }
}
