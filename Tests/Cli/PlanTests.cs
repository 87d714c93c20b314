using System.Text.Json;
using NUnit.Framework;
using SpecExecNative.Cli;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Cli;

/// <summary>Forecasts for cards that are not here.</summary>
public sealed class PlanTests
{
    private static readonly string Configs = TestData.Repository("Bench/configs");

    private static string[] Pair =>
        ["plan", "--config", Path.Combine(Configs, "llama-2-70b.json"), "--bits", "4", "--draft-config", Path.Combine(Configs, "llama-2-7b.json"), "--draft-bits", "4"];

    [Test]
    public async Task AForecastHasEveryFigure()
    {
        CliResult result = await CliRun.RunAsync([.. Pair, "--gpu", "rtx4090", "--tree-budget", "256", "--json"]);
        Assert.That(result.Code, Is.Zero, result.Error);
        Assert.That(result.Json.GetProperty("simulated").GetBoolean(), Is.True);
        string[] figures =
        [
            "residentLayers", "treeBudget", "iterationSeconds", "streamSeconds", "computeSeconds", "copyBusy", "exposedDraftSeconds", "tokensPerIteration",
            "tokensPerSecond", "verifySeconds", "walkSeconds", "draftSteps", "prefillSeconds", "linkBytesPerSecond",
        ];
        foreach (string figure in figures)
        {
            Assert.That(result.Json.GetProperty(figure).GetDouble(), Is.Positive, figure);
        }

        double iteration = result.Json.GetProperty("iterationSeconds").GetDouble();
        double parts = result.Json.GetProperty("draftSeconds").GetDouble() + result.Json.GetProperty("verifySeconds").GetDouble() + result.Json.GetProperty("walkSeconds").GetDouble();
        Assert.That(parts, Is.EqualTo(iteration).Within(1e-6));
        Assert.That(result.Json.GetProperty("exposedDraftSeconds").GetDouble(), Is.LessThan(result.Json.GetProperty("draftSeconds").GetDouble()), "the ring is filled meanwhile");
    }

    [Test]
    public async Task WithoutABudgetTheFastestOneIsTheAnswer()
    {
        CliResult result = await CliRun.RunAsync([.. Pair, "--json"]);
        Assert.That(result.Code, Is.Zero, result.Error);
        double best = result.Json.GetProperty("budgets").EnumerateArray().Max(b => b.GetProperty("tokensPerSecond").GetDouble());
        Assert.That(result.Json.GetProperty("tokensPerSecond").GetDouble(), Is.EqualTo(best));
        Assert.That(result.Json.GetProperty("budgets").GetArrayLength(), Is.GreaterThan(10));
    }

    /// <summary>What main memory does not hold comes from disk, no faster than that reads.</summary>
    [TestCase("64GB", "auto", "ram")]
    [TestCase("16GB", "auto", "disk")]
    [TestCase("64GB", "disk", "disk")]
    public async Task LayersComeFromWhereThereIsRoomForThem(string ram, string weights, string place)
    {
        CliResult result = await CliRun.RunAsync([.. Pair, "--tree-budget", "64", "--ram", ram, "--weights", weights, "--disk", "4GB/s", "--json"]);
        Assert.That(result.Code, Is.Zero, result.Error);
        Assert.That(result.Json.GetProperty("weights").GetString(), Is.EqualTo(place));
        double streamed = result.Json.GetProperty("streamedBytesPerIteration").GetDouble();
        double rate = result.Json.GetProperty("sourceBytesPerSecond").GetDouble();
        Assert.That(rate, place == "disk" ? Is.EqualTo(4e9) : Is.GreaterThan(20e9));
        Assert.That(result.Json.GetProperty("verifySeconds").GetDouble(), Is.GreaterThan(0.9 * streamed / rate), "no faster than they come");
    }

    [Test]
    public async Task LayersThatMustBeInMemoryAndAreTooManyAreAnError()
    {
        CliResult result = await CliRun.RunAsync([.. Pair, "--tree-budget", "64", "--ram", "16GB", "--weights", "ram"]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.OutOfMemory));
        Assert.That(result.Error, Does.Contain("system RAM, not VRAM").And.Contain("--weights disk"));
    }

    [Test]
    public async Task ASlowerLinkTakesLongerInProportion()
    {
        async Task<double> VerifyAsync(string link)
        {
            CliResult result = await CliRun.RunAsync([.. Pair, "--tree-budget", "64", "--link", link, "--json"]);
            return result.Json.GetProperty("verifySeconds").GetDouble();
        }

        double fast = await VerifyAsync("24GB/s");
        double slow = await VerifyAsync("6GB/s");
        Assert.That(slow / fast, Is.EqualTo(4).Within(0.2));
    }

    [Test]
    public async Task TheReportSaysThatNothingWasMeasured()
    {
        CliResult result = await CliRun.RunAsync([.. Pair, "--tree-budget", "64"]);
        Assert.That(result.Code, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain("simulated").And.Contain("nothing was measured").And.Contain("tokens/s"));
        Assert.That(result.Error, Does.Contain("streamed through a ring of 2"));
    }

    [Test]
    public async Task ATimelineIsWrittenForViewers()
    {
        using var folder = new TemporaryDirectory();
        string file = folder["trace.json"];
        CliResult result = await CliRun.RunAsync([.. Pair, "--tree-budget", "64", "--trace", file]);
        Assert.That(result.Code, Is.Zero, result.Error);
        using JsonDocument trace = JsonDocument.Parse(await File.ReadAllBytesAsync(file));
        JsonElement[] spans = [.. trace.RootElement.GetProperty("traceEvents").EnumerateArray().Where(e => e.GetProperty("ph").GetString() == "X")];
        Assert.That(spans.Select(s => s.GetProperty("name").GetString()), Does.Contain("copy").And.Contain("draft").And.Contain("verify").And.Contain("walk").And.Contain("attention"));
        Assert.That(spans.Min(s => s.GetProperty("ts").GetDouble()), Is.Zero);
        RequireOneAtATime(spans);
    }

    [TestCase("--gpu", "voodoo2", "--gpu must be one of")]
    [TestCase("--link", "fast", "--link must be a rate")]
    [TestCase("--vram", "much", "--vram must be a size")]
    [TestCase("--acceptance", "8:5:3", "--acceptance must be")]
    [TestCase("--acceptance", "0.9,0.9", "--acceptance must be")]
    [TestCase("--acceptance", "64:12,32:14", "--acceptance must be")]
    [TestCase("--acceptance", "always", "--acceptance must be")]
    [TestCase("--group-size", "0", "--group-size must be")]
    [TestCase("--tree-budget", "0", "--tree-budget must be")]
    [TestCase("--iterations", "0", "--iterations must be")]
    [TestCase("--cards", "/nowhere/cards.json", "--cards /nowhere/cards.json")]
    public async Task NonsenseIsRefusedByName(string option, string value, string why)
    {
        CliResult result = await CliRun.RunAsync([.. Pair, option, value]);
        Assert.That(result.Code, Is.EqualTo((int)ExitCode.Usage), result.Error);
        Assert.That(result.Error, Does.Contain(why));
        Assert.That(result.Output, Is.Empty);
    }

    [Test]
    public async Task APairThatDoesNotFitIsRefused()
    {
        CliResult result = await CliRun.RunAsync([.. Pair, "--vram", "4GB", "--tree-budget", "64"]);
        Assert.That(result.Code, Is.EqualTo((int)ExitCode.OutOfMemory), result.Error);
    }

    [Test]
    public async Task AConfigurationThatIsNotThereIsRefused()
    {
        CliResult result = await CliRun.RunAsync(["plan", "--config", "/nowhere/config.json", "--draft-config", "/nowhere/config.json"]);
        Assert.That(result.Code, Is.EqualTo((int)ExitCode.BadModel), result.Error);
        Assert.That(result.Error, Does.Contain("/nowhere/config.json"));
    }

    /// <summary>What one engine does never overlaps.</summary>
    private static void RequireOneAtATime(JsonElement[] spans)
    {
        const double Rounding = 0.01;
        foreach (IGrouping<int, JsonElement> track in spans.GroupBy(s => s.GetProperty("tid").GetInt32()))
        {
            double end = double.NegativeInfinity;
            foreach (JsonElement span in track.OrderBy(s => s.GetProperty("ts").GetDouble()))
            {
                Assert.That(span.GetProperty("ts").GetDouble(), Is.GreaterThanOrEqualTo(end - Rounding));
                end = span.GetProperty("ts").GetDouble() + span.GetProperty("dur").GetDouble();
            }
        }
    }
}
