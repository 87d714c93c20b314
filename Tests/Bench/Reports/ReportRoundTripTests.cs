using NUnit.Framework;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Tests.Bench.Reports;

/// <summary>What is written is what is read, in every format that can be read.</summary>
public sealed class ReportRoundTripTests
{
    private static IEnumerable<string> Readable => ReportFormats.Names.Except(["md"]);

    [TestCaseSource(nameof(Readable))]
    public void NothingIsLost(string name)
    {
        ReportFormat format = ReportFormats.Parse(name)!.Value;
        Report read = ReportReader.Read(ReportFormats.Write(SampleReports.Full, format), format, "file");
        Assert.That(ReportFormats.Write(read, ReportFormat.Json), Is.EqualTo(ReportFormats.Write(SampleReports.Full, ReportFormat.Json)));
    }

    [TestCaseSource(nameof(Readable))]
    public void EveryFiniteNumberStaysTheSame(string name)
    {
        ReportFormat format = ReportFormats.Parse(name)!.Value;
        var random = new Random(5);
        byte[] bits = new byte[8];
        List<Row> rows = [];
        while (rows.Count < 500)
        {
            random.NextBytes(bits);
            if (BitConverter.ToDouble(bits) is var value && double.IsFinite(value))
            {
                rows.Add(new Row("numbers", [new("i", $"{rows.Count}")], [new Figure("value", value, "")]));
            }
        }

        Report report = SampleReports.Full with { Cases = [new ReportCase("gemm, BF16", 1, 1, rows)] };
        Report read = ReportReader.Read(ReportFormats.Write(report, format), format, "file");
        Assert.That(read.Cases[0].Rows.Select(r => r.Figures[0].Value), Is.EqualTo(rows.Select(r => r.Figures[0].Value)));
    }

    [Test]
    public void CsvQuotesWhatNeedsIt()
    {
        string[] lines = ReportFormats.Write(SampleReports.Full, ReportFormat.Csv).Split('\n');
        Assert.Multiple(() =>
        {
            Assert.That(lines[0], Does.StartWith("# {\"schema\":\"specexec-bench/1\""));
            Assert.That(lines.Where(l => l.Contains("simulated", StringComparison.Ordinal)).Single(), Does.StartWith(
                "1,\"odd \"\"names\"\", with | and # and µ\",\"odd, \"\"table\"\"\",,,,\" # \"\"RTX\"\", 4090 \",iteration,2.38,s,simulated,"));
        });
    }

    [Test]
    public void ControlCharactersNeverReachAFile()
    {
        Report report = SampleReports.Full with
        {
            Cases = [new ReportCase("gemm, BF16", 0, 1, [new Row("a\nb", [new("p\u001b[2J", "x\r\ny")], [new Figure("f", 1, "\0")])])],
        };
        foreach (string name in ReportFormats.Names)
        {
            string text = ReportFormats.Write(report, ReportFormats.Parse(name)!.Value);
            Assert.That(text.Where(c => char.IsControl(c) && c != '\n'), Is.Empty, name);
            Assert.That(text, Does.Contain("a b"), name);
        }
    }
}
