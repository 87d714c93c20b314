using System.ComponentModel;
using System.Diagnostics;
using SpecExecNative.Bench.Figures;

namespace SpecExecNative.Bench.Machine;

/// <summary>
/// Clocks, temperature and power of a card at this moment, from NVIDIA's own tool where it is installed: the driver's interface does not tell
/// them, and NVML would be one more native library.
/// </summary>
internal static class CardState
{
    private const int TimeoutMilliseconds = 5_000;

    private static readonly (string Query, string Name, string Unit)[] Asked =
    [
        ("clocks.sm", "SM clock", " MHz"), ("clocks.max.sm", "SM clock at most", " MHz"), ("clocks.mem", "memory clock", " MHz"),
        ("temperature.gpu", "temperature", " °C"), ("power.draw", "power", " W"), ("power.limit", "power limit", " W"),
    ];

    /// <returns>What the tool says; empty: it is not there, or does not answer in time.</returns>
    public static IReadOnlyList<Parameter> Read(string pciAddress)
    {
        try
        {
            string query = string.Join(',', Asked.Select(a => a.Query));
            using Process? tool = Process.Start(new ProcessStartInfo("nvidia-smi", ["-i", pciAddress, $"--query-gpu={query}", "--format=csv,noheader,nounits"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            if (tool is null)
            {
                return [];
            }

            Task<string?> answer = tool.StandardOutput.ReadLineAsync();
            if (answer.Wait(TimeoutMilliseconds))
            {
                return Parse(answer.Result);
            }

            tool.Kill();
            return [];
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return []; // it is not installed, or ended before it could be stopped
        }
    }

    /// <summary>From a line like <c>1980, 1980, 3201, 41, 123.45, 700.00</c>; what a card does not know reads <c>[N/A]</c>.</summary>
    internal static IReadOnlyList<Parameter> Parse(string? line)
    {
        string[] values = line?.Split(',') ?? [];
        return values.Length != Asked.Length
            ? []
            : [.. Asked.Zip(values).Where(v => double.TryParse(v.Second, out _)).Select(v => new Parameter(v.First.Name, v.Second.Trim() + v.First.Unit))];
    }
}
