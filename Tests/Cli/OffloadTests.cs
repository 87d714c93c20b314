using NUnit.Framework;
using SpecExecNative.Cli;
using SpecExecNative.Cli.Doctor;
using SpecExecNative.Tests.Kernels.Cuda.Diagnostics;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Cli;

/// <summary>How much of the target stays on the card, with a processor that plays the card.</summary>
public sealed class OffloadTests
{
    private const int DemoLayers = 6;

    private static readonly string[] Words = ["-p", "And God said", "-n", "24", "--seed", "3"];

    private static string[] Generate => ["generate", .. Words, "--json"];

    [Test]
    public async Task WhereLayersAreStreamedTheBudgetIsChosenUnlessOneIsGiven()
    {
        CliResult chosen = await CliRun.RunAsync([.. Generate, "--device", "cpu", "-ngl", "2", "-v"]);
        CliResult given = await CliRun.RunAsync([.. Generate, "--device", "cpu", "-ngl", "2", "--tree-budget", "12", "-v"]);
        CliResult whole = await CliRun.RunAsync([.. Generate, "--device", "cpu", "-v"]);
        CliResult asked = await CliRun.RunAsync([.. Generate, "--device", "cpu", "--tree-budget", "auto", "-v"]);
        CliResult[] all = [chosen, given, whole, asked];
        Assert.That(all.Select(r => r.Code), Is.All.Zero);
        Assert.That(all.Select(r => r.Json.GetProperty("tree").GetProperty("choosesBudget").GetBoolean()), Is.EqualTo(new[] { true, false, false, true }));
        Assert.That(all.Select(r => r.TokenIds), Is.All.EqualTo(whole.TokenIds));
        Assert.That(given.Json.GetProperty("tree").GetProperty("budget").GetInt32(), Is.EqualTo(12));
        Assert.That(chosen.Error, Does.Contain("were expected to bring"));
        Assert.That(chosen.Json.GetProperty("perIteration")[0].GetProperty("expectedTokens").GetDouble(), Is.GreaterThan(1));
        Assert.That(given.Json.GetProperty("perIteration")[0].GetProperty("expectedTokens").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
    }

    [Test]
    public async Task LayersFromDiskGiveTheSameTextAndASecondStartFindsThem()
    {
        using var folder = new TemporaryDirectory();
        CliResult whole = await CliRun.RunAsync([.. Generate, "--device", "cpu"]);
        for (int start = 0; start < 2; start++)
        {
            CliResult result = await CliRun.RunAsync([.. Generate, "--device", "cpu", "-ngl", "2", "--weights", "disk", "--packed-cache", folder.Path]);
            Assert.That(result.Code, Is.Zero, result.Error);
            Assert.That(result.TokenIds, Is.EqualTo(whole.TokenIds));
            Assert.That(result.Error, Does.Contain("4 layers are read from disk in every pass"));
            Assert.That(result.Json.GetProperty("diskLayers").GetInt32(), Is.EqualTo(4));
            Assert.That(Directory.GetFiles(folder.Path), Has.Length.EqualTo(1));
        }
    }

    [TestCase("2", true)]
    [TestCase("all", false)]
    public async Task ATimelineIsWrittenForViewersAndBusyTimesAreTold(string layers, bool isStreamed)
    {
        using var folder = new TemporaryDirectory();
        string file = folder["trace.json"];
        CliResult result = await CliRun.RunAsync([.. Generate, "--device", "cpu", "-ngl", layers, "--trace", file]);
        Assert.That(result.Code, Is.Zero, result.Error);
        using var trace = System.Text.Json.JsonDocument.Parse(await File.ReadAllBytesAsync(file));
        string[] names = [.. trace.RootElement.GetProperty("traceEvents").EnumerateArray().Select(e => e.GetProperty("name").GetString()!)];
        Assert.That(names, Does.Contain("verify").And.Contain("attention 5").And.Contain("mlp 0").And.Some.StartsWith("draft step of"));
        Assert.That(names.Contains("streamed layer 3"), Is.EqualTo(isStreamed));
        Assert.That(result.Json.GetProperty("computeBusy").GetDouble(), Is.InRange(0.01, 1));
        Assert.That(result.Json.GetProperty("copyBusy").GetDouble(), isStreamed ? Is.InRange(0.0001, 1) : Is.Zero);
    }

    [Test]
    public async Task ATimelineThatCannotBeWrittenIsRefused()
    {
        CliResult result = await CliRun.RunAsync([.. Generate, "--device", "cpu", "--trace", "/nowhere/trace.json"]);
        Assert.That(result.Code, Is.EqualTo((int)ExitCode.Usage));
        Assert.That(result.Error, Does.Contain("--trace /nowhere/trace.json"));
    }

    [Test]
    public async Task ASlowerLinkChangesTheTimeAndNotTheText()
    {
        CliResult whole = await CliRun.RunAsync([.. Generate, "--device", "cpu"]);
        CliResult result = await CliRun.RunAsync([.. Generate, "--device", "cpu", "-ngl", "2", "--link-limit", "100MB/s"]);
        Assert.That(result.Code, Is.Zero, result.Error);
        Assert.That(result.TokenIds, Is.EqualTo(whole.TokenIds));
        Assert.That(result.Json.GetProperty("linkBytesPerSecond").GetDouble(), Is.LessThan(101e6));
    }

    [Test]
    public async Task ALimitThatIsNoRateIsRefused()
    {
        CliResult result = await CliRun.RunAsync([.. Generate, "--link-limit", "slow"]);
        Assert.That(result.Code, Is.EqualTo((int)ExitCode.Usage));
        Assert.That(result.Error, Does.Contain("--link-limit must be a rate"));
    }

    [Test]
    public async Task APlaceThatIsNoneIsRefused()
    {
        CliResult result = await CliRun.RunAsync([.. Generate, "--weights", "tape"]);
        Assert.That(result.Code, Is.EqualTo((int)ExitCode.Usage));
        Assert.That(result.Error, Does.Contain("--weights must be auto, ram or disk; tape was given"));
    }

    [Test]
    public async Task AChainHasALength()
    {
        CliResult result = await CliRun.RunAsync([.. Generate, "--method", "chain", "--tree-budget", "auto"]);
        Assert.That(result.Code, Is.EqualTo((int)ExitCode.Usage));
        Assert.That(result.Error, Does.Contain("--tree-budget auto is for trees"));
    }

    [TestCase("--tree-budget", "auto", "--tree-budget auto is for --method specexec")]
    [TestCase("--tree-min-logprob", "-4", "--tree-min-logprob cannot go with --method specinfer")]
    public async Task SampledTreesHaveABudgetAndKeepWhatWasSampled(string option, string value, string message)
    {
        CliResult result = await CliRun.RunAsync([.. Generate, "--method", "specinfer", option, value]);
        Assert.That(result.Code, Is.EqualTo((int)ExitCode.Usage));
        Assert.That(result.Error, Does.Contain(message));
    }

    [Test]
    public async Task ABudgetThatIsNoNumberIsRefused()
    {
        CliResult result = await CliRun.RunAsync([.. Generate, "--tree-budget", "large"]);
        Assert.That(result.Code, Is.EqualTo((int)ExitCode.Usage));
        Assert.That(result.Error, Does.Contain("--tree-budget must be a number or auto; large was given"));
    }

    [TestCase("0", "1", 6)]
    [TestCase("2", "2", 4)]
    [TestCase("5", "2", 0, Description = "a ring that would hold what is streamed")]
    [TestCase("99", "2", 0)]
    [TestCase("all", "2", 0)]
    public async Task LayersAreStreamedAsAskedForAndTheTextIsTheSame(string layers, string slots, int streamed)
    {
        CliResult whole = await CliRun.RunAsync([.. Generate, "--device", "cpu"]);
        CliResult result = await CliRun.RunAsync([.. Generate, "--device", "cpu", "-ngl", layers, "--ring-slots", slots]);
        Assert.That(result.Code, Is.Zero, result.Error);
        Assert.That(result.TokenIds, Is.EqualTo(whole.TokenIds));
        long perLayer = 0;
        if (streamed > 0)
        {
            perLayer = result.Json.GetProperty("streamedBytesPerIteration").GetInt64() / streamed;
            Assert.That(perLayer, Is.InRange(1_400_000, 1_600_000));
            Assert.That(result.Json.GetProperty("linkBytesPerSecond").GetDouble(), Is.Positive);
            Assert.That(result.Json.GetProperty("streamedBytesPerSecond").GetDouble(), Is.Positive);
            Assert.That(result.Error, Does.Contain($"{DemoLayers - streamed} of 6 resident, {streamed} streamed through a ring of {slots}"));
        }

        Assert.That(result.Json.GetProperty("streamedBytesPerIteration").GetInt64(), Is.EqualTo(perLayer * streamed));
        Assert.That(result.Error.Contains("streamed through", StringComparison.Ordinal), Is.EqualTo(streamed > 0));
    }

    [Test]
    public async Task StatisticsTellOfTheStream()
    {
        CliResult result = await CliRun.RunAsync(["generate", .. Words, "--device", "cpu", "-ngl", "0"]);
        Assert.That(result.Error, Does.Match(@"stream +8\.31 MiB an iteration, .* GB/s of the link's .* GB/s \(\d+ %\)"));
    }

    [Test]
    public async Task ComparisonOfAStreamedTargetIsIdentical()
    {
        CliResult result = await CliRun.RunAsync(["compare", .. Words, "--device", "cpu", "-ngl", "1"]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Output);
    }

    /// <summary>The more there is, the more stays, up to everything; a budget counts like less of it.</summary>
    [Test]
    public async Task WithoutAWordAsManyLayersStayAsFit()
    {
        List<int> resident = [];
        for (long megabytes = 10; megabytes <= 30; megabytes += 2)
        {
            CliResult free = await RunAsync(new DelegatingDevice { SaysFree = megabytes * 1_000_000 });
            CliResult budget = await RunAsync(new DelegatingDevice { SaysFree = 1_000_000_000 }, "--vram-budget", $"{megabytes}MB");
            Assert.That(free.Code, Is.Zero, free.Error);
            resident.Add(ResidentIn(free.Error));
            Assert.That(ResidentIn(budget.Error), Is.EqualTo(resident[^1]));
            Assert.That(budget.TokenIds, Is.EqualTo(free.TokenIds));
        }

        Assert.That(resident, Is.Ordered);
        Assert.That(resident[0], Is.LessThan(3));
        Assert.That(resident[^1], Is.EqualTo(DemoLayers));
    }

    [Test]
    public async Task WhenNotEvenOneLayerFitsThatIsSaidWithItsCure()
    {
        CliResult result = await RunAsync(new DelegatingDevice { SaysFree = 5_000_000 });
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.OutOfMemory));
        Assert.That(result.Error, Does.Contain("one layer of").And.Contain("shorter context").And.Contain("smaller draft"));
        Assert.That(result.Output, Is.Empty);
    }

    /// <summary>Where a refusal would spoil more than it tells, a process of its own finds out what is granted.</summary>
    [TestCase(0, 0, 6)]
    [TestCase(1, 6, 0)]
    public async Task WhatTheSystemPinsIsAskedBeforehand(double grantedShare, int pinned, int pageable)
    {
        long asked = 0;
        CliResult whole = await CliRun.RunAsync([.. Generate, "-c", "128", "--device", "cpu"]);
        CliResult result = await CliRun.RunWithAsync(
            host => host with
            {
                FindCard = ordinal => Machine.Card(ordinal, 8, 9),
                OpenCard = (_, _) => new DelegatingDevice { PinsLittle = true },
                Cuda = host.Cuda with
                {
                    RationsPinnedMemory = true,
                    ProbePinnedMemory = (_, limit, _) =>
                    {
                        asked = limit;
                        long granted = (long)(grantedShare * limit);
                        return Task.FromResult(new PinnedGrant(granted, limit, granted < limit ? "CUDA_ERROR_OUT_OF_MEMORY (2)" : null));
                    },
                },
            },
            [.. Generate, "-c", "128", "-ngl", "0"]);
        Assert.That(result.Code, Is.Zero, result.Error);
        Assert.That(result.TokenIds, Is.EqualTo(whole.TokenIds));
        Assert.That(asked, Is.EqualTo(result.Json.GetProperty("streamedBytesPerIteration").GetInt64()));
        Assert.That(result.Json.GetProperty("pinnedLayers").GetInt32(), Is.EqualTo(pinned));
        Assert.That(result.Json.GetProperty("pageableLayers").GetInt32(), Is.EqualTo(pageable));
        Assert.That(result.Error.Contains("of system RAM (not VRAM)", StringComparison.Ordinal), Is.EqualTo(pageable > 0));
    }

    /// <summary>The plan was too bold: something else has taken the memory.</summary>
    [Test]
    public async Task PlanThatTurnsOutTooBoldIsMadeSmallerAloud()
    {
        int refused = 0;
        var device = new DelegatingDevice
        {
            SaysFree = 1_000_000_000,
            Refuses = purpose => purpose.StartsWith("layer 4 of", StringComparison.Ordinal) && purpose.Contains("target", StringComparison.Ordinal) && ++refused <= 1,
        };
        CliResult result = await RunAsync(device);
        Assert.That(result.Code, Is.Zero, result.Error);
        Assert.That(refused, Is.Positive);
        Assert.That(result.Error, Does.Contain("cannot allocate").And.Contain("Trying with fewer layers"));
        Assert.That(result.Json.GetProperty("streamedBytesPerIteration").GetInt64(), Is.Positive);
    }

    /// <summary>More memory of the host would be needed with fewer layers on the card.</summary>
    [Test]
    public async Task WantOfMainMemoryIsNotMetWithFewerLayersOnTheCard()
    {
        var device = new DelegatingDevice { SaysFree = 14_000_000, RefusesOnHost = purpose => purpose.StartsWith("layer ", StringComparison.Ordinal) };
        CliResult result = await RunAsync(device);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.OutOfMemory));
        Assert.That(result.Error, Does.Contain("layer ").And.Not.Contain("Trying with fewer layers"));
    }

    /// <summary>With fewer layers on the card more of them wait in main memory, so what may be pinned is asked anew.</summary>
    [Test]
    public async Task ASmallerPlanAsksAnewWhatMayBePinned()
    {
        int refused = 0;
        List<long> asked = [];
        var device = new DelegatingDevice
        {
            SaysFree = 15_500_000,
            PinsLittle = true,
            Refuses = purpose => purpose.StartsWith("layer ", StringComparison.Ordinal) && purpose.Contains("target", StringComparison.Ordinal) && ++refused <= 1,
        };
        CliResult result = await CliRun.RunWithAsync(
            host => host with
            {
                FindCard = ordinal => Machine.Card(ordinal, 8, 9),
                OpenCard = (_, _) => device,
                Cuda = host.Cuda with
                {
                    RationsPinnedMemory = true,
                    ProbePinnedMemory = (_, limit, _) =>
                    {
                        asked.Add(limit);
                        return Task.FromResult(new PinnedGrant(limit, limit, null));
                    },
                },
            },
            [.. Generate, "-c", "128"]);
        Assert.That(result.Code, Is.Zero, result.Error);
        Assert.That(result.Error, Does.Contain("Trying with fewer layers"));
        Assert.That(asked, Has.Count.EqualTo(2).And.Ordered);
        Assert.That(asked[1], Is.EqualTo(result.Json.GetProperty("streamedBytesPerIteration").GetInt64()).And.GreaterThan(asked[0]));
    }

    [Test]
    public async Task PlanThatWasAskedForIsNotMadeSmaller()
    {
        var device = new DelegatingDevice { SaysFree = 1_000_000_000, Refuses = purpose => purpose.StartsWith("layer 4 of", StringComparison.Ordinal) };
        CliResult result = await RunAsync(device, "-ngl", "all");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.OutOfMemory));
        Assert.That(result.Error, Does.Contain("layer 4 of"));
    }

    [TestCase("--gpu-layers", "some")]
    [TestCase("--gpu-layers", "-1")]
    [TestCase("--ring-slots", "0")]
    [TestCase("--ring-slots", "65")]
    [TestCase("--vram-budget", "much")]
    [TestCase("--vram-budget", "0")]
    [TestCase("--vram-budget", "-8GB")]
    [TestCase("--vram-budget", "1e3GB")]
    public async Task SenselessValueIsUsage(string option, string value)
    {
        CliResult result = await CliRun.RunAsync([.. Generate, $"{option}={value}"]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Usage), result.Error);
        Assert.That(result.Error, Does.Contain(option));
    }

    [TestCase("8GB", 8_000_000_000)]
    [TestCase("7.5GiB", 8_053_063_680)]
    [TestCase("512M", 536_870_912)]
    [TestCase("900kb", 900_000)]
    [TestCase("12345", 12345)]
    [TestCase("1 TB", 1_000_000_000_000)]
    public void SizesAreReadAsPeopleWriteThem(string text, long bytes)
        => Assert.That(SpecExecNative.Cli.Options.ByteSize.Parse("--x", text), Is.EqualTo(bytes));

    private static int ResidentIn(string error)
    {
        int at = error.IndexOf(" of 6 resident", StringComparison.Ordinal);
        return at < 0 ? DemoLayers : error[at - 1] - '0';
    }

    private static Task<CliResult> RunAsync(DelegatingDevice device, params string[] arguments)
        => CliRun.RunWithAsync(
            host => host with { FindCard = ordinal => Machine.Card(ordinal, 8, 9), OpenCard = (_, _) => device },
            [.. Generate, "-c", "128", .. arguments]);
}
