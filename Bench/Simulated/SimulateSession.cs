using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Running;

namespace SpecExecNative.Bench.Simulated;

/// <summary>The paper's program, with the constant that is fitted to the first of its rows.</summary>
internal sealed class SimulateSession : BenchSession
{
    public SimulateSession(string configs)
    {
        Configs = configs;
        Official = new OfficialProgram(configs);
        StepSeconds = Official.FitStepSeconds(PublishedRun.All[0]);
    }

    public string Configs { get; }

    public OfficialProgram Official { get; }

    /// <summary>What an eager draft step costs the host.</summary>
    public double StepSeconds { get; }

    public override string Device => "simulated cards";

    public override IReadOnlyList<Row> Rows =>
        [new("step of the official draft, fitted to the first row", [], [new Figure("host", StepSeconds * 1000, "ms", Origin.Simulated)])];

    public override void Dispose()
    {
        // Nothing is held: each forecast opens a device of its own.
    }
}
