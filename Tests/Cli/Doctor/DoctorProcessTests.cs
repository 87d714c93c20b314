using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;
using SpecExecNative.Cli;

namespace SpecExecNative.Tests.Cli.Doctor;

/// <summary>The doctor as a process of its own, with the emulated driver in the place of NVIDIA's.</summary>
[Platform("Linux")]
public sealed class DoctorProcessTests
{
    private static readonly string Command = Path.Combine(AppContext.BaseDirectory, "specexec");
    private static readonly string Emulator = Path.Combine(AppContext.BaseDirectory, "libspecexec-cuda-emulator.so");

    private string _cache = null!;

    [OneTimeSetUp]
    public void MakeCache() => _cache = Directory.CreateTempSubdirectory("specexec-doctor-").FullName;

    [OneTimeTearDown]
    public void DeleteCache() => Directory.Delete(_cache, recursive: true);

    [Test]
    public async Task PosedCardIsShownMeasuredAndProbedInAProcessOfItsOwn()
    {
        RequireEmulator();
        (int code, string output, string error) = await RunAsync(
            Emulator, "name=Posed Card;computeCapability=8.6;vramBytes=12884901888;pinnedLimitBytes=700000000", "doctor", "--json", "--pinned", "2");
        JsonElement found = Parse(output, error);
        JsonElement card = found.GetProperty("cards").EnumerateArray().Single();
        Assert.That(card.GetProperty("name").GetString(), Is.EqualTo("Posed Card"));
        Assert.That(card.GetProperty("computeCapability").GetString(), Is.EqualTo("8.6"));
        Assert.That(card.GetProperty("memoryBytes").GetInt64(), Is.EqualTo(12L << 30));
        Assert.That(found.GetProperty("driver").GetProperty("path").GetString(), Is.EqualTo(Emulator));
        Assert.That(found.GetProperty("hostToDeviceBytesPerSecond").GetDouble(), Is.GreaterThan(1e6));
        Assert.That(found.GetProperty("deviceToHostBytesPerSecond").GetDouble(), Is.GreaterThan(1e6));

        // 256 MiB pieces, then smaller ones down to 16 MiB: the grant is less than one of those below the limit.
        long pinned = found.GetProperty("pinnedBytes").GetInt64();
        Assert.That(pinned, Is.LessThanOrEqualTo(700_000_000).And.GreaterThan(700_000_000 - (16 << 20)));
        Assert.That(found.GetProperty("pinnedRefusal").GetString(), Does.Contain("CUDA_ERROR_OUT_OF_MEMORY"));
        bool hasKernels = found.GetProperty("nvrtc").GetProperty("version").GetString() is not null || found.GetProperty("shippedKernels").GetInt32() > 0;
        Assert.That((ExitCode)code, Is.EqualTo(hasKernels ? ExitCode.Success : ExitCode.DeviceUnavailable), output);
    }

    [Test]
    public async Task CardThatIsTooOldIsNotMeasured()
    {
        RequireEmulator();
        (int code, string output, string error) = await RunAsync(Emulator, "computeCapability=6.1", "doctor", "--json");
        JsonElement found = Parse(output, error);
        Assert.That((ExitCode)code, Is.EqualTo(ExitCode.DeviceUnavailable));
        Assert.That(found.GetProperty("cards")[0].GetProperty("usable").GetBoolean(), Is.False);
        Assert.That(found.GetProperty("hostToDeviceBytesPerSecond").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [TestCase("driverVersion=11.4", "too old", "at least 12.0")]
    [TestCase("deviceCount=0", "no card", "CUDA_VISIBLE_DEVICES")]
    [TestCase("initResult=999", "failing", "CUDA_ERROR_UNKNOWN")]
    public async Task DriverThatCannotBeUsedIsDescribed(string settings, string state, string words)
    {
        RequireEmulator();
        (int code, string output, string error) = await RunAsync(Emulator, settings, "doctor", "--json");
        JsonElement found = Parse(output, error);
        Assert.That((ExitCode)code, Is.EqualTo(ExitCode.DeviceUnavailable));
        Assert.That(found.GetProperty("driver").GetProperty("state").GetString(), Is.EqualTo(state));
        Assert.That(found.GetProperty("problems")[0].GetRawText(), Does.Contain(words));
    }

    [TestCase("/no/such/libcuda.so.1", "cannot be loaded")]
    [TestCase("libc.so.6", "it has no cuInit", Description = "a library, but not a driver")]
    public async Task BrokenDriverPathIsNamedAndTheExitCodeTellsIt(string driver, string why)
    {
        (int code, string output, string error) = await RunAsync(driver, "", "doctor", "--json");
        JsonElement found = Parse(output, error);
        Assert.That((ExitCode)code, Is.EqualTo(ExitCode.DeviceUnavailable));
        Assert.That(found.GetProperty("driver").GetProperty("state").GetString(), Is.EqualTo("missing"));
        Assert.That(found.GetProperty("problems")[0].GetProperty("what").GetString(), Does.Contain(driver).And.Contain(why));

        (int refused, string text, string refusal) = await RunAsync(driver, "", "generate", "--device", "cuda", "-n", "1", "-p", "And");
        Assert.That((ExitCode)refused, Is.EqualTo(ExitCode.DeviceUnavailable), refusal);
        Assert.That(text, Is.Empty);
        Assert.That(refusal, Does.Contain("specexec: error: ").And.Contain(driver));

        (int fallen, text, string notice) = await RunAsync(driver, "", "generate", "-n", "1", "-p", "And");
        Assert.That((ExitCode)fallen, Is.EqualTo(ExitCode.Success), notice);
        Assert.That(text, Is.Not.Empty);
        Assert.That(notice, Does.Contain("specexec doctor"));
    }

    private static void RequireEmulator()
    {
        if (!File.Exists(Emulator))
        {
            Assert.Ignore("The CUDA emulator was not built here (tools/cuda-emulator.sh says why).");
        }
    }

    private static JsonElement Parse(string output, string error)
    {
        Assert.That(output, Does.StartWith("{"), error);
        using JsonDocument document = JsonDocument.Parse(output);
        return document.RootElement.Clone();
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string driver, string settings, params string[] arguments)
    {
        var start = new ProcessStartInfo(Command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SPECEXEC_CUDA_DRIVER"] = driver;
        start.Environment["SPECEXEC_EMULATOR"] = settings;
        start.Environment["XDG_CACHE_HOME"] = _cache;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }
}
