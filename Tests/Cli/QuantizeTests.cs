using System.Text.Json;
using NUnit.Framework;
using SpecExecNative.Cli;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Cli;

public sealed class QuantizeTests
{
    private TemporaryDirectory _directory = null!;

    private string Output => _directory["int4"];

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void DeleteDirectory() => _directory.Dispose();

    [Test]
    public async Task DemoTargetIsQuantizedWithItsOwnTextAndReported()
    {
        CliResult result = await CliRun.RunAsync("quantize", "--out", Output, "--windows", "4", "--device", "cpu", "-v");
        Assert.That(result.Code, Is.Zero, result.Error);
        Assert.That(result.Output, Is.EqualTo($"{Output}\n  42 matrices in 4 bits, groups of 128, by gptq\n  3.21 MiB, 0.35 of the original's 9.30 MiB\n"));
        Assert.That(result.Error, Does.Contain("demo pair").And.Contain("calibrating on 4 windows, 1024 tokens").And.Contain("layer 5"));
        Assert.That(result.Error, Does.Not.Contain("COMPUTING ON"));
        CliResult text = await CliRun.RunAsync("generate", "-m", Output, "-md", ModelCopy.DemoDraft, "-p", "And God said", "-n", "8", "--device", "cpu");
        Assert.That(text.Code, Is.Zero, text.Error);
        CliResult inspection = await CliRun.RunAsync("inspect", Output);
        Assert.That(inspection.Code, Is.Zero, inspection.Output);
    }

    [Test]
    public async Task JsonSaysWhatWasMade()
    {
        CliResult result = await CliRun.RunAsync("quantize", ModelCopy.DemoDraft, "-o", Output, "--method", "rtn", "-g", "-1", "--sym", "--json");
        Assert.That(result.Code, Is.Zero, result.Error);
        JsonElement json = result.Json;
        Assert.Multiple(() =>
        {
            Assert.That(json.GetProperty("model").GetString(), Is.EqualTo(Output));
            Assert.That(json.GetProperty("method").GetString(), Is.EqualTo("rtn"));
            Assert.That(json.GetProperty("groupSize").GetInt32(), Is.EqualTo(-1));
            Assert.That(json.GetProperty("sym").GetBoolean(), Is.True);
            Assert.That(json.GetProperty("actOrder").GetBoolean(), Is.False);
            Assert.That(json.GetProperty("matrices").GetInt32(), Is.EqualTo(14));
            Assert.That(json.GetProperty("denseModules").GetArrayLength(), Is.Zero);
            Assert.That(json.GetProperty("bytes").GetInt64(), Is.LessThan(json.GetProperty("sourceBytes").GetInt64()));
        });
        using Checkpoint written = Checkpoint.Open(Output);
        Assert.That(written.Config.Quantization, Is.Not.Null);
        Assert.That(written.Config.Quantization!.GroupSize, Is.Null);
        Assert.That(written.Config.Quantization.IsSymmetric, Is.True);
    }

    [Test]
    public async Task ModelWithWidthsThatCannotBePackedIsQuantizedAsFarAsItCanBe()
    {
        string model = TestData.Shared("models/stories260K-f16");
        CliResult result = await CliRun.RunAsync("quantize", model, "--out", Output, "--method", "rtn", "-g", "32");
        Assert.That(result.Code, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain("left as they were, since their sizes are no multiples of 8: mlp.gate_proj, mlp.up_proj, mlp.down_proj"));
        CliResult text = await CliRun.RunAsync("generate", "-m", Output, "-p", "Once upon a time", "-n", "20", "--temp", "0", "--device", "cpu");
        Assert.That(text.Code, Is.Zero, text.Error);
        Assert.That(text.Output, Does.Contain(" "));
    }

    [TestCase("is needed", "quantize")]
    [TestCase("--calibration FILE", "quantize", "MODEL", "--out", "OUT")]
    [TestCase("--method rtn uses no calibration text", "quantize", "MODEL", "--out", "OUT", "--method", "rtn", "--calibration", "TEXT")]
    [TestCase("--group-size must be 8 or more", "quantize", "--out", "OUT", "--group-size", "0")]
    [TestCase("--act-order must be left out", "quantize", "--out", "OUT", "--method", "rtn", "--act-order")]
    [TestCase("--damping must be above 0", "quantize", "--out", "OUT", "--damping", "0")]
    [TestCase("--windows must be from 1", "quantize", "--out", "OUT", "--windows", "0")]
    [TestCase("--window-length must be 2", "quantize", "--out", "OUT", "--window-length", "1")]
    [TestCase("more than the 256 tokens", "quantize", "--out", "OUT", "--window-length", "257")]
    [TestCase("not both", "quantize", "MODEL", "-m", "MODEL", "--out", "OUT")]
    [TestCase("name is empty", "quantize", "", "--out", "OUT")]
    [TestCase("--out is empty", "quantize", "--out", "")]
    [TestCase("cannot be read", "quantize", "--out", "OUT", "--calibration", "NONE")]
    [TestCase("is not UTF-8", "quantize", "--out", "OUT", "--calibration", "BYTES")]
    [TestCase("has no text", "quantize", "--out", "OUT", "--calibration", "EMPTY")]
    [TestCase("not empty", "quantize", "--out", "FULL")]
    public async Task RequestThatMakesNoSenseIsRefusedAndNothingIsWritten(string words, params string[] arguments)
    {
        File.WriteAllText(_directory["text"], "In the beginning");
        File.WriteAllBytes(_directory["bytes"], [0x41, 0xFF]);
        File.WriteAllText(_directory["empty"], "");
        string[] resolved = [.. arguments.Select(a => a switch
        {
            "MODEL" => ModelCopy.DemoTarget,
            "OUT" => Output,
            "TEXT" => _directory["text"],
            "NONE" => _directory["none"],
            "BYTES" => _directory["bytes"],
            "EMPTY" => _directory["empty"],
            "FULL" => _directory.Path,
            _ => a,
        })];
        CliResult result = await CliRun.RunAsync(resolved);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Usage), result.Error);
        Assert.That(result.Error, Does.Contain(words.Replace("is needed", "--out")));
        Assert.That(result.Output, Is.Empty);
        Assert.That(Directory.Exists(Output), Is.False);
    }

    [Test]
    public async Task QuantizedModelIsABadStart()
    {
        await CliRun.RunAsync("quantize", "--out", Output, "--method", "rtn");
        CliResult again = await CliRun.RunAsync("quantize", Output, "--out", _directory["again"], "--method", "rtn");
        Assert.That((ExitCode)again.Code, Is.EqualTo(ExitCode.BadModel));
        Assert.That(again.Error, Does.Contain("quantized already").And.Contain("16-bit"));
    }

    /// <summary>One zero of one matrix is changed to the stored 15 that some read as 0 and some as 16.</summary>
    [Test]
    public async Task AmbiguousZeroOfACheckpointIsReadAndMentioned([Values] bool isAmbiguous)
    {
        await CliRun.RunAsync("quantize", ModelCopy.DemoDraft, "--out", Output, "--method", "rtn");
        string shard = Path.Combine(Output, "model-00002-of-00003.safetensors");
        byte[] bytes = File.ReadAllBytes(shard);
        using (Checkpoint written = Checkpoint.Open(Output))
        {
            CheckpointTensor zeros = written.Tensors.Get("model.layers.0.mlp.down_proj.qzeros");
            bytes[bytes.AsSpan().IndexOf(zeros.Read(0, (int)zeros.Bytes))] |= (byte)(isAmbiguous ? 0x0F : 0);
        }

        File.WriteAllBytes(shard, bytes);
        CliResult result = await CliRun.RunAsync("generate", "-m", Output, "-p", "And", "-n", "4", "--device", "cpu");
        Assert.That(result.Code, Is.Zero, result.Error);
        Assert.That(result.Error, isAmbiguous
            ? Does.Contain("model.layers.0.mlp.down_proj.weight' have zeros stored as 15").And.Contain("read here as 0")
            : Does.Not.Contain("stored as 15"));
    }

    [Test]
    public async Task ShortCalibrationTextIsUsedAndRemarkedOn()
    {
        File.WriteAllText(_directory["text"], "In the beginning God created the heaven and the earth.");
        CliResult result = await CliRun.RunAsync("quantize", ModelCopy.DemoDraft, "--out", Output, "--calibration", _directory["text"], "--device", "cpu");
        Assert.That(result.Code, Is.Zero, result.Error);
        Assert.That(result.Error, Does.Contain("tokens to calibrate on"));
    }

    [Test]
    public async Task CancelledRunSaysSoAndTheSameCommandContinues()
    {
        using var cancellation = new CancellationTokenSource();
        int waits = 0;
        string[] command = ["quantize", "--out", Output, "--windows", "2", "--device", "cpu"];
        CliResult stopped = await CliRun.RunWithAsync(
            host => host with
            {
                CreateCpuDevice = _ => new DelegatingDevice(queue => new MeddlingQueue(queue)
                {
                    Waited = () =>
                    {
                        if (Interlocked.Increment(ref waits) == 60)
                        {
                            cancellation.Cancel();
                        }
                    },
                }),
            },
            cancellation.Token,
            command);
        Assert.That((ExitCode)stopped.Code, Is.EqualTo(ExitCode.Cancelled), stopped.Error);
        Assert.That(stopped.Output, Is.Empty);
        Assert.That(File.Exists(Path.Combine(Output, "config.json")), Is.False);

        CliResult resumed = await CliRun.RunAsync(command);
        Assert.That(resumed.Code, Is.Zero, resumed.Error);
        Assert.That(resumed.Error, Does.Contain("unfinished; continuing"));
        CliResult whole = await CliRun.RunAsync("quantize", "--out", _directory["whole"], "--windows", "2", "--device", "cpu");
        Assert.That(whole.Code, Is.Zero, whole.Error);
        foreach (string file in Directory.GetFiles(_directory["whole"]))
        {
            Assert.That(File.ReadAllBytes(Path.Combine(Output, Path.GetFileName(file))), Is.EqualTo(File.ReadAllBytes(file)), file);
        }
    }
}
