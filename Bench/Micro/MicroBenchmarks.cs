using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Perfolizer.Horology;
using Perfolizer.Mathematics.OutlierDetection;
using SpecExecNative.Bench.Figures;

namespace SpecExecNative.Bench.Micro;

/// <summary>
/// BenchmarkDotNet over the host's own parts, within this process: nothing is generated or built, so it works without an SDK and without a
/// network. It finds out how often to call a part and what calling costs; what comes out are rows like all others.
/// </summary>
/// <param name="timing">Samples, and their length.</param>
internal sealed class MicroBenchmarks(Timing timing)
{
    private const int WarmUps = 3;

    /// <summary>All cases of a class, by name.</summary>
    public IEnumerable<(string Name, Func<Row> Measure)> Of(Type type)
    {
        BenchmarkRunInfo all = BenchmarkConverter.TypeToBenchmarks(type, Config());
        return all.BenchmarksCases.Select(one => (Name(one), (Func<Row>)(() => Measure(one, all))));
    }

    private static Row Measure(BenchmarkCase one, BenchmarkRunInfo all)
    {
        Summary summary = BenchmarkRunner.Run(new BenchmarkRunInfo([one], all.Type, all.Config));
        BenchmarkReport? report = summary.Reports.FirstOrDefault();
        if (summary.HasCriticalValidationErrors || report is not { Success: true })
        {
            IEnumerable<string> reasons = summary.ValidationErrors.Where(e => e.IsCritical).Select(e => e.Message).DefaultIfEmpty("it threw");
            throw new InvalidOperationException($"{Name(one)}: BenchmarkDotNet did not measure it: {string.Join("; ", reasons)}.");
        }

        const double Microseconds = 1e-3;
        var times = Samples.OfCosts(report.GetResultRuns().Select(run => run.Nanoseconds / run.Operations));
        Figure time = times.Times(Microseconds).Figure("time", "µs");
        return new Row(
            "micro",
            [new("part", one.Descriptor.WorkloadMethodDisplayInfo.Trim('\'')), .. one.Parameters.Items.Select(p => new Parameter(p.Name, $"{p.Value}"))],
            report.GcStats.GetBytesAllocatedPerOperation(one) is { } bytes ? [time, new Figure("allocated", bytes, "bytes")] : [time]);
    }

    private static string Name(BenchmarkCase one)
        => string.Join(", ", one.Parameters.Items.Select(p => $"{p.Name} = {p.Value}").Prepend(one.Descriptor.WorkloadMethodDisplayInfo.Trim('\'')));

    private ManualConfig Config() => ManualConfig.CreateEmpty()
        .AddJob(Job.Default
            .WithToolchain(new InProcessNoEmitToolchain(new()))
            .WithWarmupCount(WarmUps)
            .WithIterationCount(timing.Repeats)
            .WithOutlierMode(OutlierMode.DontRemove) // p95 is about them
            .WithIterationTime(TimeInterval.FromMilliseconds(timing.SampleMilliseconds)))
        .AddDiagnoser(new MemoryDiagnoser(new MemoryDiagnoserConfig(displayGenColumns: false)))
        .AddLogger(NullLogger.Instance)
        .WithOptions(ConfigOptions.DisableLogFile)
        .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "specexec-benchmarks"));
}
