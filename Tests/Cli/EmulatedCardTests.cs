using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;
using SpecExecNative.Cli;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Tests.Kernels.Cuda.Compilation;

namespace SpecExecNative.Tests.Cli;

/// <summary>The command as users run it, in a process of its own, on an emulated card.</summary>
[Platform("Linux")]
public sealed class EmulatedCardTests
{
    private static readonly string Command = Path.Combine(AppContext.BaseDirectory, "specexec");
    private static readonly string Emulator = Path.Combine(AppContext.BaseDirectory, "libspecexec-cuda-emulator.so");
    private static readonly string[] Words = ["-p", "In the beginning", "-n", "4", "--seed", "1", "--tree-budget", "4"];

    private string _cache = null!;

    [OneTimeSetUp]
    public void Prepare()
    {
        if (!File.Exists(Emulator))
        {
            Assert.Ignore("The CUDA emulator was not built here (tools/cuda-emulator.sh says why).");
        }

        if (ShippedPtx.Instance is null)
        {
            NvrtcFixture.Require();
        }

        _cache = Directory.CreateTempSubdirectory("specexec-emulated-").FullName;
    }

    [OneTimeTearDown]
    public void DeleteCache()
    {
        if (_cache is not null)
        {
            Directory.Delete(_cache, recursive: true);
        }
    }

    [TestCase("auto")]
    [TestCase("cuda:0")]
    public async Task TextIsGeneratedOnTheCard(string device)
    {
        (int code, string output, string error) = await RunAsync("name=Posed Card", ["generate", .. Words, "--json", "--device", device]);
        Assert.That(code, Is.Zero, error);
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.That(json.RootElement.GetProperty("device").GetString(), Does.StartWith("Posed Card"));
        Assert.That(json.RootElement.GetProperty("tokenIds").GetArrayLength(), Is.EqualTo(4));
        Assert.That(error, Does.Not.Contain("CPU"));
    }

    [Test]
    public async Task SpeculationIsLosslessOnTheCard()
    {
        (int code, string output, string error) = await RunAsync("", ["compare", .. Words, "--json", "--device", "cuda"]);
        Assert.That((ExitCode)code, Is.EqualTo(ExitCode.Success), output + error);
    }

    /// <summary>Copies, kernels and events of a real run, checked for races.</summary>
    [Test]
    public async Task TargetThatDoesNotFitIsStreamed()
    {
        (int code, string output, string error) = await RunAsync("", ["compare", .. Words, "--json", "--device", "cuda", "--vram-budget", "14MB", "-c", "64"]);
        Assert.That((ExitCode)code, Is.EqualTo(ExitCode.Success), output + error);
        Assert.That(error, Does.Contain("streamed through a ring"));
    }

    [TestCase("failCall.name=cuLaunchKernel;failCall.nth=20;failCall.code=719", ExitCode.DeviceUnavailable, "cuLaunchKernel")]
    [TestCase("failCall.name=cuMemAlloc_v2;failCall.nth=3;failCall.code=2", ExitCode.OutOfMemory, "bytes")]
    public async Task CardThatFailsOnTheWayEndsTheCommandWithItsCode(string settings, ExitCode expected, string words)
    {
        (int code, string output, string error) = await RunAsync(settings, ["generate", .. Words, "--json", "--device", "cuda"]);
        Assert.That((ExitCode)code, Is.EqualTo(expected), error);
        Assert.That(output, Is.Empty);
        Assert.That(error, Does.Contain("specexec: error: ").And.Contain(words));
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string settings, string[] arguments)
    {
        var start = new ProcessStartInfo(Command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SPECEXEC_CUDA_DRIVER"] = Emulator;
        start.Environment["SPECEXEC_EMULATOR"] = settings;
        start.Environment["XDG_CACHE_HOME"] = _cache;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }
}
