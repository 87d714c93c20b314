using NUnit.Framework;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Tests.Kernels.Cuda.Device;

namespace SpecExecNative.Tests.Bench.Cuda;

/// <summary><c>kernels</c> from end to end. On the emulator its speeds mean nothing; that every kernel was compared with its references does.</summary>
[Category("Cuda")]
[NonParallelizable]
internal sealed class KernelsCommandTests
{
    [Test]
    public void EveryKernelIsMeasuredBesideItsYardstick()
    {
        CardUnderTest.Pose();
        Report report = BenchProcess.Report("kernels", "--shapes", "tiny", "--quick");
        ILookup<string, Row> tables = report.Rows.ToLookup(r => r.Row.Table, r => r.Row);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tables["limits"].Single().Find("memory copy"), Is.Not.Null);
            Assert.That(Queues(tables["linear"], "target"), Has.Length.EqualTo(12), "two matrices, three numbers of rows, two kinds of weights");
            Assert.That(Queues(tables["linear"], "draft"), Has.Length.EqualTo(12));
            Assert.That(Queues(tables["linear"], "naive"), Has.Length.EqualTo(4), "dense weights, up to 16 rows");
            Assert.That(Queues(tables["swiglu"], "target"), Has.Length.EqualTo(6));
            Assert.That(Queues(tables["swiglu"], "naive"), Has.Length.EqualTo(2));
            foreach (string attention in new[] { "attention, tree", "attention, one row" })
            {
                Assert.That(tables[attention].Select(Queue), Is.EqualTo(new[] { "naive", "target", "draft" }), "the naive one comes first");
            }

            Assert.That(tables["top-k"].Select(Queue), Is.EqualTo(new[] { "naive", "target", "naive", "target" }));
            Assert.That(
                tables["small kernels"].Select(r => Value(r, "kernel")).Distinct(), Is.EqualTo(new[] { "embed", "rms_norm", "rotate_and_store", "gather_rows", "move_slots" }));
            Assert.That(Queues(tables["small kernels"], "naive"), Has.Length.EqualTo(Queues(tables["small kernels"], "target").Length), "each has a twin");
            Assert.That(tables["dequantize"].Count(), Is.EqualTo(2));
            Assert.That(tables["across the link"].Select(r => Value(r, "kernel")), Is.EqualTo(new[] { "collect", "collect", "collect", "deliver" }));
            Assert.That(report.Rows.Select(r => r.Row.Key), Is.Unique);
            Figure[] figures = [.. report.Rows.SelectMany(r => r.Row.Figures)];
            Assert.That(figures.Select(f => f.Value), Is.All.Positive);
            Assert.That(figures.Select(f => f.Samples), Is.All.EqualTo(5));
            Assert.That(figures.Select(f => f.P95), Is.All.Not.Null, "a median never comes alone");
            Assert.That(tables["small kernels"].SelectMany(r => r.Find("moved")!.References.Select(x => x.Name)), Is.All.EqualTo("memory copy"));
            if (!CardUnderTest.IsCard)
            {
                Assert.That(Queues(tables["linear"], "target").Select(r => r.Find("speed")!.References.Count), Is.All.EqualTo(2), "the emulator has cuBLAS's product");
            }

            Assert.That(report.Runs.Single().Environment["compute capability"], Is.Not.Null);
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
    }

    [Test]
    public void RatesAreSharesOfWhatTheSameRunMeasured()
    {
        CardUnderTest.Pose();
        Report report = BenchProcess.Report("kernels", "--shapes", "tiny", "--quick", "--filter", "rms_norm");
        double copy = report.Rows.Single(r => r.Row.Table == "limits").Row.Find("memory copy")!.Value;
        Row first = report.Rows.First(r => r.Row.Table == "small kernels").Row;
        (Figure moved, Figure time) = (first.Find("moved")!, first.Find("time")!);
        FigureReference share = moved.References.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(share.Value, Is.EqualTo(copy));
            Assert.That(share.Ratio, Is.EqualTo(moved.Value / copy).Within(1e-9));
            Assert.That(moved.Value, Is.EqualTo(64 * (4 + 2 + 4) / 1e9 / (time.Value / 1e6)).Within(1e-6).Percent, "a row of 64 floats, its weights, and 64 elements");
        }
    }

    [Test]
    public void SeveralShapesAndFiltersChooseCases()
    {
        string[] all = BenchProcess.List("kernels");
        string[] both = BenchProcess.List("kernels", "--shapes", "8b", "--shapes", "1b", "--filter", "rms_norm", "--filter", "*linear, int4, DOWN");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(all, Has.Member("linear, f16, qkv").And.Member("attention, prefix 16384").And.Member("top-k, vocabulary 151936").And.Member("deliver"));
            Assert.That(both, Is.EquivalentTo(new[] { "8b, rms_norm", "8b, linear, int4, down", "1b, rms_norm", "1b, linear, int4, down" }));
        }
    }

    private static Row[] Queues(IEnumerable<Row> rows, string queue) => [.. rows.Where(r => Queue(r) == queue)];

    private static string Queue(Row row) => Value(row, "queue");

    private static string Value(Row row, string parameter) => row.Parameters.Single(p => p.Name == parameter).Value;
}
