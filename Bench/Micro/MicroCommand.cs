using System.CommandLine;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Machine;
using SpecExecNative.Bench.Running;

namespace SpecExecNative.Bench.Micro;

/// <summary><c>micro</c>: the host's own parts, one by one.</summary>
internal static class MicroCommand
{
    public static Command Create()
    {
        Option<DirectoryInfo?> model = new("--model", "-m") { Description = "Model folder whose tokenizer is timed; without it, none is." };
        Command command = new("micro", "Measure parts of the host's work: tree builder, sampler, safetensors header, tokenizer.") { model };
        var filter = new CaseFilter(command);
        var times = new TimingOptions(command);
        var run = new RunOptions(command);
        command.SetAction(result =>
        {
            Timing timing = times.Of(result);
            var benchmarks = new MicroBenchmarks(timing);
            List<Type> types = [typeof(TreeBuilding), typeof(Sampling), typeof(HeaderParsing)];
            List<Parameter> settings = [.. TimingOptions.Settings(timing)];
            if (result.GetValue(model) is { } folder)
            {
                types.Add(typeof(TextEncoding));
                settings.Add(new("model", InputName.OfModel(folder)));
                TextEncoding.ModelFolder = folder.FullName;
            }

            return run.Execute(result, new BenchPlan<MicroSession>(
                "micro",
                settings,
                (_, _) => new MicroSession(),
                filter.Of(result, types.SelectMany(benchmarks.Of).Select(one => BenchCase<MicroSession>.Single(one.Name, _ => one.Measure())))));
        });
        return command;
    }
}
