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
    private static readonly int[] GroupSizes = [128, 32];

    public static Command Create()
    {
        Option<int?> threads = new("--threads", "-t") { Description = "Threads; default: one per logical processor." };
        Option<bool> quick = new("--quick") { Description = "Short samples: a look, not a record." };
        Option<DirectoryInfo[]> models = new("--model", "-m")
        {
            Description = "Model folders whose plain decoding is timed.",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<DirectoryInfo?> draft = new("--model-draft", "-md") { Description = "Draft model folder whose tree building is timed." };
        Option<FileInfo?> llama2C = new("--llama2c")
        {
            Description = "llama2.c's run, built with gcc -O3 -march=native -fopenmp, timed on the same weights.",
        };
        Command command = new("cpu", "Measure the CPU kernels against this machine's peak and bandwidth, and what is built on them.")
        {
            threads, quick, models, draft, llama2C,
        };
        var output = new ReportOptions(command);
        command.SetAction(result =>
        {
            int count = result.GetValue(threads) ?? Environment.ProcessorCount;
            Timing timing = result.GetValue(quick) ? Timing.Quick : Timing.Full;
            using CpuDevice device = new(count);
            List<Measurement> measurements = [.. Measure(device, count, timing)];
            var decode = new DecodeThroughput(device, result.GetValue(llama2C)?.FullName, count, timing.Repeats);
            measurements.AddRange((result.GetValue(models) ?? []).Select(m => decode.Measure(m.Name, m.FullName)));
            if (result.GetValue(draft) is { } folder)
            {
                measurements.AddRange(TreeBuilderCost.MeasureAll(device, folder.FullName, timing));
            }

            output.Write(result, new Report("cpu", $"{device.Name}, {Environment.ProcessorCount} logical processors", measurements));
        });
        return command;
    }

    private static IEnumerable<Measurement> Measure(CpuDevice device, int threads, Timing timing)
    {
        (double peak, double read) = (0, 0);
        foreach (int count in new[] { 1, threads }.Distinct())
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

            foreach (int groupSize in GroupSizes.Where(size => size <= inputs))
            {
                WeightShape int4 = new(outputs, inputs, DType.Int4, new Int4Groups(groupSize, HasZeros: true));
                foreach (Measurement measurement in Rows.SelectMany(rows => gemm.Measure(rows, int4)).Concat(gemm.CompareFourBits(int4)))
                {
                    yield return measurement;
                }
            }
        }
    }
}
