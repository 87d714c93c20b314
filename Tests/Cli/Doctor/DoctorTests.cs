using System.Text.Json;
using NUnit.Framework;
using SpecExecNative.Cli;
using SpecExecNative.Cli.Doctor;
using SpecExecNative.Kernels.Cpu;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Diagnostics;
using SpecExecNative.Tests.Kernels.Cuda.Diagnostics;

namespace SpecExecNative.Tests.Cli.Doctor;

/// <summary>The doctor at machines that are only told of.</summary>
public sealed class DoctorTests
{
    private static readonly CopyRates Rates = new(25.5e9, 24.5e9, 64 << 20);

    [Test]
    public async Task ReadyMachineGetsZeroAndItsFigures()
    {
        CliResult result = await VisitAsync(Machine.Ready);
        Assert.That(result.Code, Is.Zero);
        Assert.That(result.Error, Is.Empty);
        Assert.That(result.Output, Does.Contain("Test Card 89").And.Contain("compute capability 8.9").And.Contain("23.00 GiB free"));
        Assert.That(result.Output, Does.Contain("PCIe 1.0 ×16 now, 4.0 ×16 at most"));
        Assert.That(result.Output, Does.Contain("550.54.15, CUDA 12.4 (libcuda.so.1)"));
        Assert.That(result.Output, Does.Contain("25.5 GB/s to the card, 24.5 GB/s back").And.Contain("81 % of the link's 31.5 GB/s"));
        Assert.That(result.Output, Does.Contain("12.4, up to compute capability 9.0 (/opt/libnvrtc.so.12; found by pip)"));
        Assert.That(result.Output, Does.Contain("ready: --device cuda computes on Test Card 89"));
        Assert.That(result.Output, Does.Not.Contain("problem"));
    }

    [Test]
    public async Task MachineWithoutADriverGetsSevenAndTheCures()
    {
        CliResult result = await VisitAsync(Machine.Bare);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.DeviceUnavailable));
        Assert.That(result.Output, Does.Contain("driver       not found"));
        Assert.That(result.Output, Does.Contain("pip install nvidia-cuda-nvrtc-cu12"));
        Assert.That(result.Output, Does.Contain("no card can be used; --device cpu computes without one"));
        Assert.That(result.Output, Does.Contain(OperatingSystem.IsWindows() ? "nvidia.com/drivers" : "apt install nvidia-driver"));
    }

    [Test]
    public async Task JsonHoldsEveryFactAndAllCures()
    {
        JsonElement ready = (await VisitAsync(Machine.Ready, "--json")).Json;
        Assert.That(ready.GetProperty("ready").GetBoolean(), Is.True);
        Assert.That(ready.GetProperty("card").GetInt32(), Is.Zero);
        Assert.That(ready.GetProperty("cards")[0].GetProperty("link").GetProperty("maxGeneration").GetInt32(), Is.EqualTo(4));
        Assert.That(ready.GetProperty("cards")[0].GetProperty("memoryBytes").GetInt64(), Is.EqualTo(24L << 30));
        Assert.That(ready.GetProperty("hostToDeviceBytesPerSecond").GetDouble(), Is.EqualTo(25.5e9));
        Assert.That(ready.GetProperty("pinnedBytes").GetInt64(), Is.EqualTo(ready.GetProperty("pinnedLimitBytes").GetInt64()).And.GreaterThan(0));
        Assert.That(ready.GetProperty("nvrtc").GetProperty("architectures").EnumerateArray().Last().GetString(), Is.EqualTo("9.0"));
        Assert.That(ready.GetProperty("problems").GetArrayLength(), Is.Zero);

        JsonElement bare = (await VisitAsync(Machine.Bare, "--json")).Json;
        Assert.That(bare.GetProperty("ready").GetBoolean(), Is.False);
        Assert.That(bare.GetProperty("card").ValueKind, Is.EqualTo(JsonValueKind.Null));
        JsonElement problem = bare.GetProperty("problems")[0];
        Assert.That(problem.GetProperty("blocking").GetBoolean(), Is.True);
        Assert.That(
            problem.GetProperty("cures").EnumerateArray().Select(c => c.GetProperty("where").GetString()), Is.EqualTo(["Debian", "Ubuntu", "Windows"]));
    }

    [Test]
    public async Task CardIsChosenByNumber()
    {
        CudaInspection two = Machine.Ready with { Cards = [new CardFacts(Machine.Card(0, 8, 6)), new CardFacts(Machine.Card(1, 8, 9))] };
        Assert.That((await VisitAsync(two, "--json")).Json.GetProperty("card").GetInt32(), Is.Zero);
        Assert.That((await VisitAsync(two, "--json", "--device", "1")).Json.GetProperty("card").GetInt32(), Is.EqualTo(1));
        CliResult missing = await VisitAsync(two, "--device", "2");
        Assert.That((ExitCode)missing.Code, Is.EqualTo(ExitCode.DeviceUnavailable));
        Assert.That(missing.Output, Does.Contain("Card 2 cannot be used, or is not there; the driver shows 2").And.Contain("--device 0"));
    }

    [Test]
    public async Task LittlePinnedMemoryIsSaidButNoObstacle()
    {
        CliResult result = await VisitAsync(
            Machine.Ready, cuda => cuda with { ProbePinnedMemory = (_, limit, _) => Task.FromResult(new PinnedGrant(1 << 30, limit, "the system ended the process (exit code 137)")) });
        Assert.That(result.Code, Is.Zero);
        Assert.That(result.Output, Does.Contain("1.00 GiB granted of").And.Contain("exit code 137").And.Contain("advice"));
    }

    [TestCase("0", null)]
    [TestCase("1.5", 3L << 29)]
    public async Task AsMuchPinnedMemoryIsTriedForAsAsked(string gibibytes, long? expected)
    {
        long? asked = null;
        await VisitAsync(
            Machine.Ready,
            cuda => cuda with
            {
                ProbePinnedMemory = (_, limit, _) =>
                {
                    asked = limit;
                    return Task.FromResult(new PinnedGrant(limit, limit, null));
                },
            },
            "--pinned",
            gibibytes);
        Assert.That(asked, Is.EqualTo(expected));
    }

    [TestCase(64, 60, 8, Description = "more is of no use")]
    [TestCase(12, 11, 6, Description = "half of the memory")]
    [TestCase(64, 4, 3, Description = "what is free, but for a reserve")]
    [TestCase(64, 0.5, 0)]
    public void WithoutAWishTheProbeIsCareful(double memory, double free, double expected)
    {
        const double GiB = 1L << 30;
        Assert.That(Examiner.CarefulLimit(new HostFacts("CPU", (long)(memory * GiB), (long)(free * GiB))), Is.EqualTo((long)(expected * GiB)));
    }

    [Test]
    public async Task CardThatCannotCopyIsNotReady()
    {
        CliResult result = await VisitAsync(Machine.Ready, cuda => cuda with { MeasureCopies = _ => throw Failure("cuMemAlloc_v2") });
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.DeviceUnavailable));
        Assert.That(result.Output, Does.Contain("Nothing could be copied to card 0: cuMemAlloc_v2 failed"));
    }

    [Test]
    public async Task CardWhoseKernelsDoNotStartIsNotReady()
    {
        CliResult result = await CliRun.RunWithAsync(
            host => World(host, Machine.Ready, cuda => cuda) with { OpenCard = (_, _) => throw Failure("cuModuleLoadDataEx") }, "doctor");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.DeviceUnavailable));
        Assert.That(result.Output, Does.Contain("The kernels do not start on card 0: cuModuleLoadDataEx failed"));
    }

    [TestCase("--device", "-1")]
    [TestCase("--device", "first")]
    [TestCase("--pinned", "-1")]
    [TestCase("--pinned", "NaN")]
    public async Task SenselessValueIsUsage(string option, string value)
    {
        CliResult result = await VisitAsync(Machine.Ready, option, value);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(result.Error, Does.Contain(option));
        Assert.That(result.Output, Is.Empty);
    }

    [Test]
    public async Task VerdictStandsThoughNobodyReadsTheReport()
    {
        CliResult result = await CliRun.RunWithAsync(
            host => World(host, Machine.Bare, cuda => cuda) with { Output = new ClosedPipe() }, "doctor");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.DeviceUnavailable));
        Assert.That(result.Error, Is.Empty);
    }

    private static CudaException Failure(string call) => new(call, 2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory");

    private static Task<CliResult> VisitAsync(CudaInspection inspection, params string[] arguments)
        => VisitAsync(inspection, cuda => cuda, arguments);

    private static Task<CliResult> VisitAsync(CudaInspection inspection, Func<CudaAccess, CudaAccess> change, params string[] arguments)
        => CliRun.RunWithAsync(host => World(host, inspection, change), ["doctor", .. arguments]);

    private static CliHost World(CliHost host, CudaInspection inspection, Func<CudaAccess, CudaAccess> change) => host with
    {
        OpenCard = (_, _) => new CpuDevice(1),
        Cuda = change(new CudaAccess
        {
            Inspect = () => inspection,
            MeasureCopies = _ => Rates,
            ProbePinnedMemory = (_, limit, _) => Task.FromResult(new PinnedGrant(limit, limit, null)),
        }),
    };
}
