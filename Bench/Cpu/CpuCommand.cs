using System.CommandLine;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Machine;
using SpecExecNative.Bench.Running;
using SpecExecNative.Kernels;

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
            threads, models, draft, llama2C,
        };
        var times = new TimingOptions(command);
        var run = new RunOptions(command);
        command.SetAction(result =>
        {
            int count = result.GetValue(threads) ?? Environment.ProcessorCount;
            Timing timing = times.Of(result);
            DirectoryInfo[] folders = result.GetValue(models) ?? [];
            string? peer = result.GetValue(llama2C)?.FullName;
            List<BenchCase<CpuSession>> cases = [.. Products(), .. folders.Select(folder => Decoding(folder, peer))];
            List<Parameter> settings = [new("threads", $"{count}"), .. TimingOptions.Settings(timing)];
            settings.AddRange(folders.Select((folder, i) => new Parameter(i == 0 ? "model" : $"model {i + 1}", InputName.OfModel(folder))));
            if (result.GetValue(draft) is { } draftFolder)
            {
                cases.Add(new($"tree builder, {draftFolder.Name}", (session, _) => TreeBuilderCost.MeasureAll(session.Cpu, draftFolder.FullName, session.Timing)));
                settings.Add(new("draft", InputName.OfModel(draftFolder)));
            }

            return run.Execute(result, new BenchPlan<CpuSession>("cpu", settings, (_, _) => new CpuSession(count, timing), cases));
        });
        return command;
    }

    private static BenchCase<CpuSession> Decoding(DirectoryInfo folder, string? llama2C) => BenchCase<CpuSession>.Single(
        $"plain decoding, {InputName.OfModel(folder)}",
        session => new DecodeThroughput(session.Cpu, llama2C, session.Threads, session.Timing.Repeats).Measure(folder.Name, folder.FullName));

    private static IEnumerable<BenchCase<CpuSession>> Products()
    {
        foreach ((int outputs, int inputs) in Shapes)
        {
            foreach (WeightShape shape in Types.Select(type => new WeightShape(outputs, inputs, type)))
            {
                yield return Product(shape);
            }

            foreach (int groupSize in GroupSizes.Where(size => size <= inputs))
            {
                WeightShape int4 = new(outputs, inputs, DType.Int4, new Int4Groups(groupSize, HasZeros: true));
                yield return Product(int4);
                yield return new($"gemm in 4 bits, {GemmThroughput.NameOf(int4)}, {outputs} x {inputs}", (session, _) => new GemmThroughput(session).CompareFourBits(int4));
            }
        }
    }

    private static BenchCase<CpuSession> Product(WeightShape shape) => new(
        $"gemm, {GemmThroughput.NameOf(shape)}, {shape.Rows} x {shape.Columns}",
        (session, _) => Rows.Select(rows => new GemmThroughput(session).Measure(rows, shape)));
}
