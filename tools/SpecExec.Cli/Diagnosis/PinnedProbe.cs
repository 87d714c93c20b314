using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Cli.Diagnosis;

/// <summary>
/// Finds out how much memory may be page-locked, in a process of its own: some systems answer too much of it by killing
/// the one who asks.
/// </summary>
internal static class PinnedProbe
{
    /// <summary>The hidden option that makes a doctor the child.</summary>
    public const string Option = "--probe-pinned";

    /// <summary>More than this share of the machine's memory is never asked for: other programs live, too.</summary>
    private const double LargestShare = 0.5;

    /// <summary>Page-locking takes about a second per GiB or two.</summary>
    private const long LargestProbe = 16L << 30;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>What the parent does.</summary>
    /// <returns>Bytes granted; null: the child died, or took too long.</returns>
    public static long? Run(CudaCard card)
    {
        if (Environment.ProcessPath is not { } program)
        {
            return null;
        }

        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        start.ArgumentList.Add("doctor");
        start.ArgumentList.Add(Option);
        start.ArgumentList.Add(card.Ordinal.ToString(CultureInfo.InvariantCulture));
        try
        {
            using Process child = Process.Start(start)!;
            Task<string> output = child.StandardOutput.ReadToEndAsync();
            if (!child.WaitForExit(Patience))
            {
                child.Kill();
                return null;
            }

            return child.ExitCode == 0 && long.TryParse(output.Result.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) ? bytes : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>What the child does.</summary>
    public static void RunHere(int ordinal, TextWriter output)
    {
        long limit = Math.Min((long)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * LargestShare), LargestProbe);
        output.WriteLine(CardProbe.ProbePinned(CudaCard.Require(ordinal), limit).ToString(CultureInfo.InvariantCulture));
    }
}
