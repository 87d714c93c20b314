using NUnit.Framework;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Tests.Kernels.Cuda.Device;

namespace SpecExecNative.Tests.Bench;

/// <summary><c>kernels</c> from end to end. On the emulator its speeds mean nothing; that every product was compared with cuBLAS does.</summary>
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
            Assert.That(tables["linear"].Count(), Is.EqualTo(24), "two matrices, three numbers of rows, two queues, two kinds of weights");
            Assert.That(tables["linear"].Select(r => r.Key), Is.Unique);
            Assert.That(tables["attention, tree"].Count(), Is.EqualTo(2));
            Assert.That(tables["attention, one row"].Count(), Is.EqualTo(2));
            Assert.That(tables["top-k"].Count(), Is.EqualTo(2));
            Figure[] figures = [.. report.Rows.SelectMany(r => r.Row.Figures)];
            Assert.That(figures.Select(f => f.Value), Is.All.Positive);
            Assert.That(figures.Select(f => f.Samples), Is.All.EqualTo(5));
            Assert.That(figures.Select(f => f.P95), Is.All.Not.Null, "a median never comes alone");
            if (!CardUnderTest.IsCard)
            {
                Assert.That(tables["linear"].Select(r => r.Find("speed")!.References.Count), Is.All.EqualTo(2), "the emulator has cuBLAS's product");
            }

            Assert.That(report.Runs.Single().Environment["compute capability"], Is.Not.Null);
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
    }
}
