using NUnit.Framework;
using SpecExecNative.Cli;
using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Cli;

public sealed class CancellationTests
{
    private static readonly string[] Unlimited = ["generate", "-p", "And God said", "-n", "-1", "--seed", "1"];

    [Test]
    public async Task CancelledTextStaysAndStatisticsFollow()
    {
        using var cancellation = new CancellationTokenSource();
        string whole = (await CliRun.RunAsync(["generate", "-p", "And God said", "-n", "60", "--seed", "1"])).Output;
        CliResult result = await RunAsync(cancellation, waitsBefore: 60, Unlimited);
        Assert.Multiple(() =>
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Cancelled));
            Assert.That(result.Output, Has.Length.GreaterThan(1).And.EndsWith("\n"));
            Assert.That(whole, Does.StartWith(result.Output.TrimEnd('\n')));
            Assert.That(result.Error, Does.Contain("cancelled").And.Contain("tokens per iteration"));
        });
    }

    [Test]
    public async Task CancelledJsonIsWholeAndSaysSo()
    {
        using var cancellation = new CancellationTokenSource();
        CliResult result = await RunAsync(cancellation, waitsBefore: 60, [.. Unlimited, "--json"]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Cancelled));
        Assert.That(result.Json.GetProperty("finishReason").GetString(), Is.EqualTo("cancelled"));
        Assert.That(result.TokenIds, Is.Not.Empty);
    }

    [TestCase("generate")]
    [TestCase("compare")]
    [TestCase("tree")]
    public async Task CancelledBeforeTheStartNothingIsComputed(string command)
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        CliResult result = await CliRun.RunWithAsync(host => host, cancellation.Token, command, "-p", "And");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Cancelled));
        Assert.That(result.Output.Trim(), Is.Empty);
        Assert.That(result.Error, Does.Contain("cancelled").And.Not.Contain("error"));
    }

    [Test]
    public async Task CancelledComparisonHasNoVerdict()
    {
        using var cancellation = new CancellationTokenSource();
        CliResult result = await RunAsync(cancellation, waitsBefore: 80, ["compare", "-p", "And God said", "-n", "100", "--seed", "1"]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Cancelled));
        Assert.That(result.Output, Is.Empty);
    }

    /// <summary>Cancels when the engine waits for the device for the given time: always at the same point, inside an iteration.</summary>
    private static Task<CliResult> RunAsync(CancellationTokenSource cancellation, int waitsBefore, string[] arguments)
    {
        int waits = 0;
        ComputeQueue Meddle(ComputeQueue queue) => new MeddlingQueue(queue)
        {
            Waited = () =>
            {
                if (Interlocked.Increment(ref waits) == waitsBefore)
                {
                    cancellation.Cancel();
                }
            },
        };
        return CliRun.RunWithAsync(
            host => host with { CreateCpuDevice = _ => new DelegatingDevice(Meddle) }, cancellation.Token, arguments);
    }
}
