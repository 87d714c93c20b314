using System.Text;
using NUnit.Framework;

namespace SpecExecNative.Tests.Cli;

public sealed class PromptTests
{
    private const string Prompt = "And it came to pass";

    private static readonly string[] Common = ["generate", "-n", "8", "--seed", "1", "--method", "none", "--json"];

    [Test]
    public async Task PromptIsTheSameFromOptionFileAndPipe()
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, Prompt + "\n");
            int[] expected = (await CliRun.RunAsync([.. Common, "-p", Prompt])).TokenIds;
            Assert.That(expected, Has.Length.EqualTo(8));
            CliResult[] others =
            [
                await CliRun.RunAsync([.. Common, "--prompt-file", file]),
                await CliRun.PipeAsync(Prompt, Common),
                await CliRun.PipeAsync(Prompt + "\r\n", Common),
                await CliRun.PipeAsync(Prompt + "\n", [.. Common, "-p", "-"]),
                await CliRun.PipeAsync(Prompt + "\n", [.. Common, "--prompt-file", "-"]),
            ];
            foreach (CliResult other in others)
            {
                Assert.That(other.TokenIds, Is.EqualTo(expected));
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public async Task OnlyOneLineBreakAtTheEndIsDropped()
    {
        int once = (await CliRun.PipeAsync("And\n\n", Common)).Json.GetProperty("promptTokens").GetInt32();
        int given = (await CliRun.RunAsync([.. Common, "-p", "And\n"])).Json.GetProperty("promptTokens").GetInt32();
        int without = (await CliRun.RunAsync([.. Common, "-p", "And"])).Json.GetProperty("promptTokens").GetInt32();
        Assert.That(once, Is.EqualTo(given));
        Assert.That(once, Is.EqualTo(without + 1));
    }

    [Test]
    public async Task SilentPipeIsExplainedAndCanBeLeft()
    {
        using var cancellation = new CancellationTokenSource();
        using var never = new ManualResetEventSlim();
        var error = new StringWriter();
        Task<CliResult> run = CliRun.RunWithAsync(
            host => host with { Input = new SilentInput(never), IsInputRedirected = true, Error = TextWriter.Synchronized(error) },
            cancellation.Token,
            Common);
        Assert.That(() => error.ToString(), Does.Contain("stdin").After(10_000, 50));
        await cancellation.CancelAsync();
        Assert.That((await run).Code, Is.EqualTo(130));
        never.Set();
    }

    [Test]
    public async Task OptionWinsOverPipe()
    {
        CliResult result = await CliRun.PipeAsync("something quite different", [.. Common, "-p", Prompt]);
        Assert.That(result.TokenIds, Is.EqualTo((await CliRun.RunAsync([.. Common, "-p", Prompt])).TokenIds));
    }

    [Test]
    public async Task EmptyPromptStartsFromTheBeginningOfTextToken()
    {
        CliResult result = await CliRun.RunAsync([.. Common, "-p", ""]);
        Assert.That(result.Code, Is.Zero);
        Assert.That(result.Json.GetProperty("promptTokens").GetInt32(), Is.EqualTo(1));
        Assert.That(result.TokenIds, Has.Length.EqualTo(8));
    }

    [Test]
    public async Task PromptsThatLookLikeSyntaxAreText()
    {
        foreach (string prompt in (string[])["@nobody", "- and", "[suggest]", "a=b:c"])
        {
            CliResult result = await CliRun.RunAsync([.. Common, "-p", prompt]);
            Assert.That(result.Code, Is.Zero, prompt);
        }
    }

    [Test]
    public async Task DemoPairHasAPromptOfItsOwn()
    {
        foreach (Task<CliResult> run in (Task<CliResult>[])[CliRun.RunAsync(Common), CliRun.PipeAsync("", Common)])
        {
            CliResult result = await run;
            Assert.That(result.Code, Is.Zero);
            Assert.That(result.Error, Does.Contain("In the beginning"));
        }
    }

    [Test]
    public async Task AnyOtherModelAsksForAPrompt()
    {
        CliResult result = await CliRun.RunAsync([.. Common, "-m", ModelCopy.DemoDraft]);
        Assert.That(result.Code, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain("--prompt"));
    }

    [Test]
    public async Task PromptLongerThanTheContextIsRefusedWithBothNumbers()
    {
        CliResult result = await CliRun.RunAsync([.. Common, "-c", "16", "-p", string.Concat(Enumerable.Repeat("and ", 40))]);
        Assert.That(result.Code, Is.EqualTo(2));
        Assert.That(result.Error, Does.Match("[0-9]+ tokens").And.Contain("16"));
        Assert.That(result.Output, Is.Empty);
    }

    [Test]
    public async Task FileThatIsNotUtf8IsRefused()
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, Encoding.Latin1.GetBytes("Élie"));
            CliResult result = await CliRun.RunAsync([.. Common, "--prompt-file", file]);
            Assert.That(result.Code, Is.EqualTo(2));
            Assert.That(result.Error, Does.Contain("UTF-8").And.Contain(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public async Task MissingPromptFileIsNamed()
    {
        CliResult result = await CliRun.RunAsync([.. Common, "--prompt-file", "no-such-file.txt"]);
        Assert.That(result.Code, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain("no-such-file.txt"));
    }
}
