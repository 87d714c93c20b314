using NUnit.Framework;
using SpecExecNative.Cli;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cpu;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Tests.Kernels.Cuda.Diagnostics;

namespace SpecExecNative.Tests.Cli;

/// <summary>Which device is opened, and how, with a processor that plays the card.</summary>
public sealed class DeviceTests
{
    private static readonly string[] Generate = ["generate", "-p", "And", "-n", "2", "--seed", "1", "--json"];

    private CudaDeviceOptions? _opened;

    [SetUp]
    public void Forget() => _opened = null;

    [Test]
    public async Task AutoTakesTheCardAndSaysNothing()
    {
        CliResult result = await WithCardAsync();
        Assert.That(result.Code, Is.Zero);
        Assert.That(_opened, Is.Not.Null);
        Assert.That(result.Error, Does.Not.Contain("CPU"));
    }

    [Test]
    public async Task AutoWithoutACardComputesOnTheCpuAndSaysWhyOnStderr()
    {
        CliResult result = await CliRun.RunAsync(Generate);
        Assert.That(result.Code, Is.Zero);
        Assert.That(result.Json.GetProperty("device").GetString(), Does.StartWith("CPU"));
        Assert.That(result.Error, Does.Contain("COMPUTING ON THE CPU: there is no card in this test").And.Contain("specexec doctor"));
    }

    [Test]
    public async Task CudaNeverFallsBack()
    {
        CliResult result = await CliRun.RunAsync([.. Generate, "--device", "cuda"]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.DeviceUnavailable));
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.Error, Does.Contain("specexec: error: there is no card in this test"));
    }

    [TestCase("auto", ExitCode.Success)]
    [TestCase("cuda", ExitCode.DeviceUnavailable)]
    public async Task CardThatFailsAtItsOpeningIsNoCard(string device, ExitCode code)
    {
        CliResult result = await WithCardAsync(
            host => host with { OpenCard = (_, _) => throw new CudaException("cuInit", 46, "CUDA_ERROR_DEVICE_UNAVAILABLE", "busy") }, "--device", device);
        Assert.That((ExitCode)result.Code, Is.EqualTo(code));
        Assert.That(result.Error, Does.Contain("CUDA_ERROR_DEVICE_UNAVAILABLE"));
    }

    [Test]
    public async Task CpuThatIsAskedForIsTakenInSilence()
    {
        CliResult result = await WithCardAsync("--device", "cpu");
        Assert.That(result.Json.GetProperty("device").GetString(), Does.StartWith("CPU"));
        Assert.That(_opened, Is.Null);
        Assert.That(result.Error, Does.Not.Contain("CPU"));
    }

    [TestCase("cuda", 0)]
    [TestCase("cuda:0", 0)]
    [TestCase("cuda:3", 3)]
    public async Task CardIsChosenByNumber(string device, int ordinal)
    {
        await WithCardAsync("--device", device);
        Assert.That(_opened!.Ordinal, Is.EqualTo(ordinal));
    }

    [TestCase("F16", 8, "auto", DType.F16)]
    [TestCase("BF16", 8, "auto", DType.BF16)]
    [TestCase("F32", 8, "auto", DType.F16)]
    [TestCase("BF16", 7, "auto", DType.F16, Description = "no bfloat16 before 8.0")]
    [TestCase("BF16", 8, "f16", DType.F16)]
    [TestCase("F16", 8, "bf16", DType.BF16)]
    public async Task CardComputesInTheTargetsTypeUnlessToldOtherwise(string stored, int major, string dtype, DType expected)
    {
        string model = TestData.Shared("models/stories260K" + (stored == "F32" ? "" : $"-{stored.ToLowerInvariant()}"));
        CliResult result = await WithCardAsync(
            host => host with { FindCard = n => Machine.Card(n, major, 5) }, "-m", model, "--device", "cuda", "--dtype", dtype);
        Assert.That(_opened?.Element, Is.EqualTo(expected), result.Error);
    }

    [Test]
    public async Task KernelsAreKeptUnlessToldOtherwise()
    {
        await WithCardAsync();
        Assert.That(_opened!.UsesCache, Is.True);
        await WithCardAsync("--no-kernel-cache");
        Assert.That(_opened!.UsesCache, Is.False);
    }

    /// <summary>The target's rows are invariant unless somebody does without; the draft's never need to be.</summary>
    [TestCase("true", RowResults.Invariant)]
    [TestCase("false", RowResults.BatchDependent)]
    public async Task ExactIsWhatTheTargetPromises(string exact, RowResults expected)
    {
        DelegatingDevice? device = null;
        CliResult result = await WithCardAsync(host => host with { OpenCard = (_, _) => device = new DelegatingDevice() }, "--exact", exact);
        Assert.That(result.Code, Is.Zero, result.Error);
        Assert.That(device!.Promises, Is.EqualTo(new[] { RowResults.BatchDependent, expected }), "the draft is loaded first");
        await WithCardAsync(host => host with { OpenCard = (_, _) => device = new DelegatingDevice() });
        Assert.That(device!.Promises[1], Is.EqualTo(RowResults.Invariant), "by default");
    }

    [Test]
    public async Task WordsOfTheLibraryGoToStderr()
    {
        CliResult result = await WithCardAsync(host => host with
        {
            OpenCard = (options, _) =>
            {
                options.Log!("the driver refuses machine code");
                return new CpuDevice(1);
            },
        });
        Assert.That(result.Error, Does.Contain("specexec: the driver refuses machine code\n"));
        Assert.That(result.Output, Does.StartWith("{"));
    }

    [Test]
    public async Task OpeningCanBeCancelled()
    {
        using var cancellation = new CancellationTokenSource();
        CliResult result = await CliRun.RunWithAsync(
            host => Card(host) with
            {
                OpenCard = (_, token) =>
                {
                    cancellation.Cancel();
                    token.ThrowIfCancellationRequested();
                    return new CpuDevice(1);
                },
            },
            cancellation.Token,
            Generate);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Cancelled));
        Assert.That(result.Error, Does.Not.Contain("CPU"), "cancelling is no reason to fall back");
    }

    [TestCase("--device", "cuda:")]
    [TestCase("--device", "cuda:-1")]
    [TestCase("--device", "cuda:x")]
    [TestCase("--device", "cuda0")]
    [TestCase("--dtype", "f32")]
    [TestCase("--dtype", "f16", "--device", "cpu")]
    public async Task SenselessValueIsUsage(string option, params string[] rest)
    {
        CliResult result = await WithCardAsync([option, .. rest]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(result.Error, Does.Contain(option));
        Assert.That(_opened, Is.Null);
    }

    private Task<CliResult> WithCardAsync(params string[] arguments) => WithCardAsync(host => host, arguments);

    private Task<CliResult> WithCardAsync(Func<CliHost, CliHost> change, params string[] arguments)
        => CliRun.RunWithAsync(host => change(Card(host)), [.. Generate, .. arguments]);

    private CliHost Card(CliHost host) => host with
    {
        FindCard = ordinal => Machine.Card(ordinal, 8, 9),
        OpenCard = (options, _) =>
        {
            _opened = options;
            return new CpuDevice(1);
        },
    };
}
