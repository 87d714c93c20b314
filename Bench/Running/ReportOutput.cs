using SpecExecNative.Bench.Comparing;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Bench.Running;

/// <summary>Where a report goes.</summary>
/// <param name="Printed">What standard output gets.</param>
/// <param name="Files">What files get.</param>
/// <param name="Pictures">Where its pictures go.</param>
/// <param name="Baseline">What it is compared with; null: nothing.</param>
internal sealed record ReportOutput(ReportFormat Printed, IReadOnlyList<(string Path, ReportFormat Format)> Files, PictureOutput Pictures, Baseline? Baseline)
{
    /// <summary>Compares, writes, draws and prints. Files come first: the reader of a pipe may have gone away.</summary>
    public void Write(Report report, TextWriter output, Action<string> note)
    {
        if (Baseline is not null)
        {
            report = Baseline.Compare(report, note);
        }

        foreach ((string path, ReportFormat format) in Files)
        {
            WholeFile.Write(path, ReportFormats.Write(report, format));
        }

        try
        {
            Pictures.Write(report, note);
        }
        finally
        {
            // Nobody loses figures for want of a picture.
            output.Write(ReportFormats.Write(report, Printed));
            output.Flush();
        }
    }
}
