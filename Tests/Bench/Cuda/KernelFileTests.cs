using NUnit.Framework;
using SpecExecNative.Bench;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Tests.Kernels.Cuda.Device;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Bench.Cuda;

/// <summary><c>kernels --kernel-file</c>: what somebody makes of one of our sources, from end to end.</summary>
[Category("Cuda")]
[NonParallelizable]
internal sealed class KernelFileTests
{
    private TemporaryDirectory _folder = null!;

    [SetUp]
    public void RequireCompiler()
    {
        if (NvrtcCompiler.TryOpen() is null)
        {
            Assert.Ignore("A file of one's own needs NVRTC: set SPECEXEC_NVRTC (tools/fetch-nvrtc.sh).");
        }

        CardUnderTest.Pose();
        _folder = new TemporaryDirectory();
    }

    [TearDown]
    public void Clean() => _folder?.Dispose();

    [TestCase("swiglu.cu", 6)]
    [TestCase("rms_norm.cu", 3)]
    [TestCase("dequantize.cu", 2)]
    [TestCase("linear_few.cu", 4)]
    [TestCase("deliver.cu", 1)]
    public void ACopyOfOursIsRightAndTimedTurnAboutWithIt(string source, int shapes)
    {
        Report report = Read(Run(0, out _, File(source, KernelSources.Text(source))));
        Row[] rows = [.. report.Rows.Select(r => r.Row).Where(r => r.Table == "kernel file")];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(rows.Select(r => r.Parameters[0].Value), Is.EqualTo(Enumerable.Repeat(new[] { "ours", "yours" }, shapes).SelectMany(x => x)));
            Assert.That(rows.Where(IsYours).Select(r => r.Find("speed over ours")!.Value), Is.All.Positive);
            Assert.That(rows.Where(IsYours).Select(r => r.Find("speed over ours")!.P95), Is.All.Not.Null);
            Assert.That(rows.Select(r => r.Find("registers")?.Value), Is.All.Positive, "the assembler's report");
            Assert.That(report.Head.Settings.Select(s => s.Value), Has.Some.StartsWith($"{source} (").And.None.Contains(_folder.Path));
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
    }

    [Test]
    public void AnotherWayToTheSameNumbersIsAccepted()
    {
        string naive = KernelSources.Text("Naive/rms_norm.cu");
        Report report = Read(Run(0, out _, File("mine.cu", naive), "--kernel", "rms_norm"));
        Assert.That(report.Rows.Select(r => r.Row).Count(IsYours), Is.EqualTo(3));
    }

    [TestCase("swiglu", "g1) * u1", "g1) * u0", "row 0, column 1")]
    [TestCase("rms_norm", "factor * weight[from]", "factor * weight[0]", "row 0, column 1")]
    [TestCase("move_slots", "slots[first + i]", "slots[first]", "column")]
    public void AWrongKernelIsSaidWrongAndNotTimed(string kernel, string text, string replacement, string where)
    {
        string source = KernelSources.Text($"{kernel}.cu");
        Assert.That(source, Does.Contain(text));
        string wrong = source.Replace(text, replacement, StringComparison.Ordinal);
        Report report = Read(Run(BenchExitCode.Failed, out string error, File("wrong.cu", wrong), "--kernel", kernel));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(error, Does.Contain("wrong, and not timed").And.Contain(where).And.Contain("instead of"));
            Assert.That(report.Rows.Select(r => r.Row.Table), Is.EqualTo(new[] { "limits" }));
            Assert.That(report.MissingCases, Is.Not.Empty);
        }
    }

    [Test]
    public void AMistakeInTheSourceIsShownAsTheCompilerSaysIt()
    {
        string output = Run(BenchExitCode.Failed, out string error, File("rms_norm.cu", "#include \"ptx.cuh\"\nKERNEL rms_norm() { no_such_thing(); }\n"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(output, Is.Empty, "nothing was measured");
            Assert.That(error, Does.Contain("rms_norm.cu(2): error").And.Contain("no_such_thing"));
        }
    }

    [TestCase("KERNEL swish() {}", "it has swish")]
    [TestCase("KERNEL rms_norm(const float* input) {}", "takes (u64)")]
    [TestCase("KERNEL rms_norm(const float*, const float*, int, void*, int, int, const int*) {}", "u64, u64, u32, u64")]
    public void AnotherEntryIsRefusedBeforeItIsLaunched(string kernel, string problem)
    {
        Run(BenchExitCode.Usage, out string error, File("rms_norm.cu", "#include \"ptx.cuh\"\n" + kernel));
        Assert.That(error, Does.Contain(problem));
    }

    [TestCase("mine.cu", null, "--kernel NAME says which")]
    [TestCase("mine.cu", "softmax", "no kernel softmax.cu")]
    [TestCase("mine.cu", "Naive/embed", null)]
    [TestCase("missing.cu", "embed", "no such file")]
    public void AFileThatReplacesNothingIsRefused(string name, string? kernel, string? problem)
    {
        string path = name == "missing.cu" ? _folder[name] : File(name, KernelSources.Text("embed.cu"));
        string[] choice = kernel is null ? [] : ["--kernel", kernel];
        Run(problem is null ? BenchExitCode.Success : BenchExitCode.Usage, out string error, [path, .. choice]);
        Assert.That(error, Does.Contain(problem ?? ""));
    }

    private static bool IsYours(Row row) => row.Parameters is [{ Name: "source", Value: "yours" }, ..];

    private static Report Read(string output) => ReportReader.Read(output, ReportFormat.Json, "standard output");

    private string File(string name, string text)
    {
        System.IO.File.WriteAllText(_folder[name], text);
        return _folder[name];
    }

    private static string Run(int code, out string error, params string[] file)
    {
        (StringWriter output, StringWriter errors) = (new StringWriter(), new StringWriter());
        int actual = BenchApplication.Run(["kernels", "--shapes", "tiny", "--quick", "-o", "json", "--kernel-file", .. file], output, errors);
        error = errors.ToString();
        Assert.That(actual, Is.EqualTo(code), error);
        return output.ToString();
    }
}
