using NUnit.Framework;
using SpecExecNative.Bench;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Bench.Stream;
using SpecExecNative.Tests.Kernels.Cuda.Device;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Bench.Stream;

/// <summary><c>stream</c> without a pair: copies, pinning and overlap from end to end.</summary>
[Category("Cuda")]
[NonParallelizable]
internal sealed class LinkTests
{
    private const double LinkGigabytes = 0.2;

    /// <summary>A link that carries so much and no more: bytes that were counted twice would show as a rate beyond it.</summary>
    [TestCase("copy, pinned, copy engine", 1)]
    [TestCase("copy, pinned, copy engine, two queues", 2)]
    [TestCase("copy, registered", 1)]
    public void NoMoreBytesAreCountedThanTheLinkCarries(string name, int queues)
    {
        CardUnderTest.RequireEmulator();
        CardUnderTest.Pose(FormattableString.Invariant($"h2dBytesPerSecond={LinkGigabytes * 1e9}"));
        Row[] rows = [.. Measure("--filter", name).Where(r => Value(r, "queues") == $"{queues}")];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(rows.Select(r => Value(r, "size")), Is.EqualTo(new[] { "4 KiB", "16 KiB", "64 KiB", "256 KiB", "1 MiB" }));
            Assert.That(rows[^1].Find("rate")!.Value, Is.InRange(LinkGigabytes / 4, LinkGigabytes * 1.1), "small copies are not held back by the emulated link");
            Assert.That(rows[^1].Find("rate")!.Value, Is.EqualTo(queues * 1.048576e-3 / (rows[^1].Find("time of a copy")!.Value / 1e6)).Within(1).Percent);
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
    }

    [Test]
    public void EveryOriginEverySizeAndBothKindsOfPinning()
    {
        CardUnderTest.Pose();
        string[] origins = ["pinned", "pinned, copy engine", "registered", "staged", "disk"];
        Assert.That(
            BenchProcess.List("stream", "--filter", "copy"),
            Is.EqualTo(from origin in origins from queues in new[] { "", ", two queues" } select $"copy, {origin}{queues}"));

        // With * a filter describes the whole name; on the emulator, small copies by a kernel take their time.
        ILookup<string, Row> tables = Measure(
            "--filter", "*copy, pinned", "--filter", "*copy, registered", "--filter", "*copy, staged", "--filter", "*copy, disk, two queues", "--filter", "pin,", "--filter", "overlap")
            .ToLookup(r => r.Table);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                tables["copy to the device"].Select(r => (Value(r, "from"), Value(r, "queues"))).Distinct(),
                Is.EqualTo(new[] { ("pinned", "1"), ("registered", "1"), ("staged", "1"), ("disk", "2") }));
            Assert.That(tables["copy to the device"].Count(), Is.EqualTo(4 * 5));
            Assert.That(tables["pinning"].Select(r => (Value(r, "memory"), Value(r, "size"))), Is.EqualTo(new[]
            {
                ("the driver's", "1 MiB"), ("the driver's", "4 MiB"), ("registered", "1 MiB"), ("registered", "4 MiB"),
            }));
            foreach (Row row in tables["overlap"])
            {
                FigureReference longer = row.Find("pass")!.References.Single();
                Assert.That(longer.Value, Is.EqualTo(Math.Max(row.Find("copying alone")!.Value, row.Find("computing alone")!.Value)));
                Assert.That(longer.Ratio, Is.Positive);
            }

            Assert.That(tables["overlap"].Count(), Is.EqualTo(3));
            Assert.That(tables.SelectMany(t => t).SelectMany(r => r.Figures).Select(f => f.P95), Is.All.Not.Null);
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
    }

    [Test]
    public void TheProcessorHasALinkToo()
    {
        Row[] rows = Measure("--device", "cpu", "--filter", "copy", "--filter", "overlap, 1");
        Assert.That(rows.Select(r => r.Table).Distinct(), Is.EqualTo(new[] { "copy to the device", "overlap" }));
    }

    [Test]
    public void ATargetNeedsADraft()
    {
        using StringWriter error = new();
        Assert.That(BenchApplication.Run(["stream", "--config", "a"], TextWriter.Null, error), Is.EqualTo(BenchExitCode.Usage));
        Assert.That(error.ToString(), Does.Contain("--draft-config"));
    }

    [Test]
    public void SizesGrowByFourUpToTheLargest() => Assert.Multiple(() =>
    {
        Assert.That(CopySizes.UpTo(256 << 20).Select(CopySizes.Name), Is.EqualTo(new[] { "4 KiB", "16 KiB", "64 KiB", "256 KiB", "1 MiB", "4 MiB", "16 MiB", "64 MiB", "256 MiB" }));
        Assert.That(CopySizes.UpTo(3 << 20).Select(CopySizes.Name), Is.EqualTo(new[] { "4 KiB", "16 KiB", "64 KiB", "256 KiB", "1 MiB", "3 MiB" }));
        Assert.That(CopySizes.Name(1L << 30), Is.EqualTo("1 GiB"));
        Assert.That(CopyRates.Batch(4 << 10), Is.EqualTo(256));
        Assert.That(CopyRates.Batch(1 << 20), Is.EqualTo(32));
        Assert.That(CopyRates.Batch(256 << 20), Is.EqualTo(1));
    });

    private static Row[] Measure(params string[] more)
    {
        using var folder = new TemporaryDirectory();
        Report report = BenchProcess.Report(["stream", "--quick", "--repeats", "2", "--largest-copy", "1", "--packed-cache", folder.Path, .. more]);
        Assert.That(Directory.EnumerateFiles(folder.Path), Is.Empty, "the file of copies from disk goes away");
        return [.. report.CasesInOrder.SelectMany(c => c.Rows)];
    }

    private static string Value(Row row, string parameter) => row.Parameters.Single(p => p.Name == parameter).Value;
}
