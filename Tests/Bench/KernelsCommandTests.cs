using System.Text.Json;
using NUnit.Framework;
using SpecExecNative.Bench.Cuda;
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
        TextWriter console = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            Assert.That(KernelsCommand.Create().Parse(["--shapes", "tiny", "--quick", "-o", "json"]).Invoke(), Is.Zero);
        }
        finally
        {
            Console.SetOut(console);
        }

        using JsonDocument report = JsonDocument.Parse(output.ToString());
        ILookup<string, JsonElement> figures = report.RootElement.GetProperty("measurements").EnumerateArray().ToLookup(m => m.GetProperty("name").GetString()!);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(figures["memory copy"].Count(), Is.EqualTo(1));
            Assert.That(figures["linear"].Count(), Is.EqualTo(6), "two matrices, three numbers of rows");
            Assert.That(figures["linear, draft"].Count(), Is.EqualTo(6));
            Assert.That(figures["linear, int4"].Concat(figures["linear, int4, draft"]).Count(), Is.EqualTo(12));
            Assert.That(figures["attention, tree"].Concat(figures["attention, one row"]).Count(), Is.EqualTo(2));
            Assert.That(figures["attention, tree, draft"].Concat(figures["attention, one row, draft"]).Count(), Is.EqualTo(2));
            Assert.That(figures["top-k"].Count(), Is.EqualTo(2));
            Assert.That(figures.SelectMany(m => m).Select(m => m.GetProperty("value").GetDouble()), Is.All.Positive);
            if (!CardUnderTest.IsCard)
            {
                Assert.That(figures["linear"].Select(m => m.GetProperty("ratio").ValueKind), Is.All.EqualTo(JsonValueKind.Number), "the emulator has cuBLAS's product");
            }
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
    }
}
