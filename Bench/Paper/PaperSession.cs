using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Published;
using SpecExecNative.Bench.Running;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Paper;

/// <summary>The paper's program on simulated cards, with the one constant that is fitted: to the 4090's row of table 3.</summary>
internal sealed class PaperSession : BenchSession
{
    /// <param name="configs">Folder of the models' configurations.</param>
    /// <param name="measurement">Measures rows on a device that is here; owned from here on; null: nothing is measured.</param>
    public PaperSession(string configs, PaperMeasurement? measurement)
    {
        Measurement = measurement;
        Models = new PaperModels(configs);
        Official = new OfficialProgram(Models);
        StepSeconds = Official.FitStepSeconds(PublishedData.Instance.Runs.First(r => r.Gpu == FittedTo));
    }

    /// <summary>Whose row the constant is fitted to.</summary>
    public static string FittedTo => "RTX 4090";

    public PaperModels Models { get; }

    /// <summary>Null: nothing is measured.</summary>
    public PaperMeasurement? Measurement { get; }

    public OfficialProgram Official { get; }

    /// <summary>What an eager draft step costs the host.</summary>
    public double StepSeconds { get; }

    public override string Device => Measurement is null ? "simulated cards" : $"simulated cards; measured on {Measurement.Device}";

    public override CudaCard? Card => Measurement?.Card;

    public override IReadOnlyList<Row> Rows =>
        [new($"step of the official draft, fitted to the {FittedTo}", [], [new Figure("host", StepSeconds * 1000, "ms", Origin.Simulated)])];

    public override void Dispose() => Measurement?.Dispose();
}
