using System.CommandLine;
using SpecExecNative.Bench.Reporting;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cpu;
using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Bench.Cpu;

/// <summary><c>cpu</c>: the machine's limits, and how near the CPU kernels come to them.</summary>
internal static class CpuCommand
{
    private static readonly int[] Rows = [1, 16, 64, 256];
    private static readonly (int Outputs, int Inputs)[] Shapes = [(4096, 4096), (688, 256), (256, 688), (2048, 256)];
    private static readonly DType[] Types = [DType.F32, DType.F16, DType.BF16];

    public static Command Create()
    {
        Option<int?> threads = new("--threads", "-t") { Description = "Threads; default: one per logical processor." };
        Option<bool> quick = new("--quick") { Description = "Short samples: a look, not a record." };
        Option<string> format = new("--output", "-o") { Description = "What to print: md or json.", DefaultValueFactory = _ => "md" };
        Option<string?> file = new("--out") { Description = "Also write PATH.md and PATH.json.", HelpName = "PATH" };
        format.AcceptOnlyFromAmong("md", "json");
        Command command = new("cpu", "Measure the CPU kernels against this machine's peak and bandwidth.") { threads, quick, format, file };
        command.SetAction(result => Run(
            result.GetValue(threads), result.GetValue(quick) ? Timing.Quick : Timing.Full, result.GetValue(format)!, result.GetValue(file)));
        return command;
    }

    private static void Run(int? threads, Timing timing, string format, string? file)
    {
        using CpuDevice device = new(threads);
        Report report = new("cpu", $"{device.Name}, {Environment.ProcessorCount} logical processors", [.. Measure(device, threads, timing)]);
        Console.Write(format == "json" ? report.ToJson() + "\n" : report.ToMarkdown());
        if (file is not null)
        {
            File.WriteAllText(file + ".md", report.ToMarkdown());
            File.WriteAllText(file + ".json", report.ToJson() + "\n");
        }
    }

    private static IEnumerable<Measurement> Measure(CpuDevice device, int? threads, Timing timing)
    {
        (double peak, double read) = (0, 0);
        foreach (int count in new[] { 1, threads ?? Environment.ProcessorCount }.Distinct())
        {
            using WorkerTeam team = new(count);
            using MemoryBandwidth memory = new();
            KeyValuePair<string, string>[] parameters = [new("threads", count.ToString())];
            yield return new("fma peak", parameters, peak = FmaPeak.Measure(team, timing), "GFLOP/s");
            yield return new("memory read", parameters, read = memory.Read(team, timing), "GB/s");
            yield return new("memory copy", parameters, memory.Copy(team, timing), "GB/s");
        }

        GemmThroughput gemm = new(device, peak, read, timing);
        foreach ((int outputs, int inputs) in Shapes)
        {
            foreach (DType type in Types)
            {
                foreach (Measurement measurement in Rows.SelectMany(rows => gemm.Measure(rows, new WeightShape(outputs, inputs, type))))
                {
                    yield return measurement;
                }
            }
        }
    }
}
