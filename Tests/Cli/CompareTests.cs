using System.Text.Json;
using NUnit.Framework;
using SpecExecNative.Cli;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Engine.Generation;

namespace SpecExecNative.Tests.Cli;

public sealed class CompareTests
{
    private static readonly string[] Arguments = ["compare", "-p", "And God said", "-n", "40", "--seed", "9"];

    [TestCase("specexec")]
    [TestCase("chain")]
    public async Task SpeculationChangesNothing(string method)
    {
        CliResult result = await CliRun.RunAsync([.. Arguments, "--method", method, "--temp", "1"]);
        Assert.That(result.Code, Is.Zero);
        Assert.That(result.Output, Does.StartWith("identical: 40 of 40 tokens\n"));
        Assert.That(result.Output, Does.Contain(method).And.Contain("none").And.Contain("speed-up"));
    }

    [Test]
    public async Task SampledTreesAreComparedWhereTheTextsAreToBeTheSame()
    {
        string[] arguments = [.. Arguments, "--method", "specinfer"];
        CliResult greedy = await CliRun.RunAsync([.. arguments, "--temp", "0"]);
        Assert.That(greedy.Output, Does.StartWith("identical: 40 of 40 tokens\n"));

        CliResult sampled = await CliRun.RunAsync([.. arguments, "--temp", "0.7"]);
        Assert.That((ExitCode)sampled.Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(sampled.Error, Does.Contain("specinfer needs --temp 0"));
    }

    [Test]
    public async Task JsonHoldsBothTexts()
    {
        JsonElement json = (await CliRun.RunAsync([.. Arguments, "--json"])).Json;
        Assert.Multiple(() =>
        {
            Assert.That(json.GetProperty("identical").GetBoolean(), Is.True);
            Assert.That(json.GetProperty("firstDifference").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(json.GetProperty("speculative").GetProperty("method").GetString(), Is.EqualTo("specexec"));
            Assert.That(json.GetProperty("plain").GetProperty("method").GetString(), Is.EqualTo("none"));
            Assert.That(json.GetProperty("plain").GetProperty("iterations").GetInt32(), Is.EqualTo(40));
            Assert.That(json.GetProperty("speculative").GetProperty("iterations").GetInt32(), Is.LessThan(40));
            Assert.That(json.GetProperty("speedup").GetDouble(), Is.Positive);
        });
    }

    [Test]
    public async Task DeviceWhoseRowsDependOnTheBatchIsFoundOut()
    {
        CliResult text = await OnLossyDevice();
        CliResult json = await OnLossyDevice("--json");
        int at = json.Json.GetProperty("firstDifference").GetInt32();
        int[] Ids(string side) => [.. json.Json.GetProperty(side).GetProperty("tokenIds").EnumerateArray().Select(t => t.GetInt32())];
        Assert.Multiple(() =>
        {
            Assert.That((ExitCode)text.Code, Is.EqualTo(ExitCode.TextsDiffer));
            Assert.That((ExitCode)json.Code, Is.EqualTo(ExitCode.TextsDiffer));
            Assert.That(json.Json.GetProperty("identical").GetBoolean(), Is.False);
            Assert.That(Ids("speculative")[..at], Is.EqualTo(Ids("plain")[..at]));
            Assert.That(Ids("speculative")[at], Is.Not.EqualTo(Ids("plain")[at]));
            Assert.That(text.Output, Does.StartWith($"DIFFERENT from token {at + 1} on\n"));
            Assert.That(text.Output, Does.Contain($"(token id {Ids("speculative")[at]})").And.Contain($"(token id {Ids("plain")[at]})"));
        });
    }

    [TestCase]
    [TestCase("--json")]
    public async Task VerdictOutlivesTheReaderOfTheReport(params string[] more)
    {
        string[] arguments = [.. Arguments, .. more];
        CliResult different = await CliRun.RunWithAsync(host => host with { CreateCpuDevice = LossyDevice, Output = new ClosedPipe() }, arguments);
        CliResult identical = await CliRun.RunWithAsync(host => host with { Output = new ClosedPipe() }, arguments);
        Assert.That((ExitCode)different.Code, Is.EqualTo(ExitCode.TextsDiffer));
        Assert.That((ExitCode)identical.Code, Is.EqualTo(ExitCode.Success));
        Assert.That(different.Error + identical.Error, Does.Not.Contain("error"));
    }

    [TestCase(new[] { 1, 2, 3 }, new[] { 1, 2, 3 }, null)]
    [TestCase(new[] { 1, 2, 3 }, new[] { 1, 9, 3 }, 1)]
    [TestCase(new[] { 1, 2 }, new[] { 1, 2, 3 }, 2)]
    [TestCase(new[] { 1, 2, 3 }, new int[0], 0)]
    [TestCase(new int[0], new int[0], null)]
    public void TheFirstDifferenceIsFound(int[] left, int[] right, int? expected)
        => Assert.That(new TextComparison(Result(left), Result(right)).FirstDifference, Is.EqualTo(expected));

    [Test]
    public void ATextThatIsShorterIsReportedAsSuch()
    {
        var output = new StringWriter { NewLine = "\n" };
        ComparisonReport.Write(output, new TextComparison(Result([1, 2]), Result([1, 2, 3])), token => $"<{token}>");
        Assert.That(output.ToString(), Does.Contain("<1> <2>").And.Contain("no more tokens").And.Contain("<3> (token id 3)"));
    }

    private static Task<CliResult> OnLossyDevice(params string[] more) => CliRun.RunWithAsync(
        host => host with { CreateCpuDevice = LossyDevice }, [.. Arguments, .. more]);

    private static DelegatingDevice LossyDevice(int? threads) => new(queue => new MeddlingQueue(queue) { ErrorOfWidePasses = 10 });

    private static GenerationResult Result(int[] tokens) => new(
        new GenerationOptions(), tokens, "", new GenerationStatistics(1, TimeSpan.Zero, []), null, FinishReason.Length);
}
