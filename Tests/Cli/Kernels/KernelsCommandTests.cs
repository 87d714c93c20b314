using NUnit.Framework;
using SpecExecNative.Cli;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Tests.Kernels.Cuda.Compilation;
using SpecExecNative.Tests.Kernels.Cuda.Diagnostics;

namespace SpecExecNative.Tests.Cli.Kernels;

public sealed class KernelsCommandTests
{
    private string _cache = null!;

    [OneTimeSetUp]
    public void MakeCache() => _cache = Directory.CreateTempSubdirectory("specexec-kernels-").FullName;

    [OneTimeTearDown]
    public void DeleteCache() => Directory.Delete(_cache, recursive: true);

    [Test]
    public async Task ListShowsEveryVariantOfBothGenerations()
    {
        CliResult result = await RunAsync("list");
        Assert.That(result.Code, Is.Zero);
        string[][] rows = [.. result.Output.TrimEnd('\n').Split('\n').Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        Assert.That(
            rows.Select(row => (row[0], row[1], row[2], row[3])),
            Is.EqualTo(KernelTable.Everything.Select(v => (v.Name, v.Generation.ToString(), v.Source, v.Threads.ToString()))));
    }

    [Test]
    public async Task SourceIsTheFileThatIsCompiled()
    {
        KernelVariant variant = KernelTable.For(KernelGeneration.Ampere).Linear(SpecExecNative.Kernels.DType.F16, GemmTiles.Narrow16);
        CliResult result = await RunAsync("dump", variant.Name);
        Assert.That(result.Code, Is.Zero);
        Assert.That(result.Output, Is.EqualTo(KernelSources.Text(variant.Source)));
    }

    [TestCase("unknown kernel", "dump", "linear-imaginary-f16")]
    [TestCase("kernel of another generation", "dump", "top-k-f64", "--arch", "7.5")]
    [TestCase("no architecture", "list", "--arch", "fast")]
    [TestCase("too old", "compile", "--arch", "sm_61")]
    [TestCase("machine code on a terminal", "dump", "top-k", "--form", "cubin", "--arch", "sm_86")]
    [TestCase("no form", "dump", "top-k", "--form", "poem")]
    [TestCase("nothing to compile for", "compile")]
    [TestCase("nothing to compile it for", "dump", "top-k", "--form", "ptx")]
    [TestCase("no command")]
    public async Task SenselessCommandLineIsUsage(string why, params string[] arguments)
    {
        CliResult result = await RunAsync(cuda => cuda with { ListCards = () => throw new CudaUnavailableException("none") }, arguments);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Usage), why + result.Error);
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.Error, Does.StartWith("specexec: error: "));
    }

    [Test]
    public async Task WithoutACompilerTheDoctorIsNamed()
    {
        CliResult result = await RunAsync(cuda => cuda with { OpenCompiler = () => null }, "compile", "--arch", "sm_86");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.DeviceUnavailable));
        Assert.That(result.Error, Does.Contain("NVRTC was not found").And.Contain("specexec doctor"));
    }

    [Test]
    public async Task CompileFillsTheCacheForTheCardsOfThisMachineAndTheNextOneFindsIt()
    {
        NvrtcFixture.Require();
        int count = KernelTable.For(KernelGeneration.Turing).All.Count;
        CudaAccess TwoEqualCards(CudaAccess cuda) => cuda with { ListCards = () => [Machine.Card(0, 7, 5), Machine.Card(1, 7, 5), Machine.Card(2, 6, 1)] };
        CliResult cold = await RunAsync(TwoEqualCards, "compile");
        Assert.That(cold.Output, Does.Match($@"^sm_75: {count} kernels in [0-9.]+ m?s, {count} compiled, 0 from the cache\n$"), cold.Error);
        Assert.That(Directory.GetFiles(_cache, "*.kernel"), Has.Length.EqualTo(count));
        CliResult warm = await RunAsync(TwoEqualCards, "compile");
        Assert.That(warm.Output, Does.Match($@"^sm_75: {count} kernels in [0-9.]+ m?s, 0 compiled, {count} from the cache\n$"), warm.Error);
    }

    [Test]
    public async Task PtxIsForTheArchitectureAndMachineCodeIsAnElfFile()
    {
        NvrtcFixture.Require();
        CliResult ptx = await RunAsync("dump", "gather-rows", "--form", "ptx", "--arch", "sm_86");
        Assert.That(ptx.Output, Does.Match(@"(?m)^\.target sm_86").And.Contain(".entry gather_rows").And.Not.Contain("\0"));

        string file = Path.Combine(_cache, "gather-rows.cubin");
        CliResult cubin = await RunAsync("dump", "gather-rows", "--form", "cubin", "--arch", "sm_86", "-o", file);
        Assert.That(cubin.Code, Is.Zero, cubin.Error);
        Assert.That(cubin.Output, Is.Empty);
        Assert.That((await File.ReadAllBytesAsync(file)).Take(4), Is.EqualTo("\u007fELF"u8.ToArray()));
    }

    private Task<CliResult> RunAsync(params string[] arguments) => RunAsync(cuda => cuda, arguments);

    private Task<CliResult> RunAsync(Func<CudaAccess, CudaAccess> change, params string[] arguments)
        => CliRun.RunWithAsync(host => host with { Cuda = change(new CudaAccess { CacheFolder = _cache }) }, ["kernels", .. arguments]);
}
