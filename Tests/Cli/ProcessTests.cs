using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;

namespace SpecExecNative.Tests.Cli;

/// <summary>The command as a process of its own: what only real pipes and signals can show.</summary>
[Platform("Linux,MacOsX")]
public sealed class ProcessTests
{
    private static readonly string Command = Path.Combine(AppContext.BaseDirectory, "specexec");

    /// <summary>The demo target, told that it may go on for much longer than any test takes.</summary>
    private ModelCopy _endless = null!;

    [OneTimeSetUp]
    public void CopyModel() => _endless = ModelCopy.Of(ModelCopy.DemoTarget).Edit("config.json", json => json["max_position_embeddings"] = 32_768);

    [OneTimeTearDown]
    public void DeleteModel() => _endless.Dispose();

    [Test]
    public async Task PipedPromptGivesPureJsonInUtf8()
    {
        (int code, string output, _) = await ShellAsync($"printf 'And God said' | '{Command}' generate --json -n 6 --seed 1");
        Assert.That(code, Is.Zero);
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.That(json.RootElement.GetProperty("tokenIds").GetArrayLength(), Is.EqualTo(6));
        Assert.That(output[0], Is.EqualTo('{'), "no byte order mark");
    }

    [Test]
    public async Task ReaderThatLeavesEndsTheProcessQuietlyAndEarly()
    {
        (_, string output, string error) = await ShellAsync(
            $"{{ '{Command}' generate -m '{_endless.Path}' -c 32768 -p 'And God said' -n -1 --seed 1; echo \"code $?\" >&2; }} | head -c 5");
        Assert.That(output, Has.Length.EqualTo(5));
        Assert.That(error, Does.Contain("code 0").And.Not.Contain("error").And.Not.Contain("context is full"));
    }

    [Test]
    public async Task TerminationLeavesTheTextAndExitsWith130()
    {
        using Process process = Start(
            Command, "generate", "-m", _endless.Path, "-c", "32768", "-p", "And God said", "-n", "-1", "--seed", "1", "--threads", "1");
        var first = new char[1];
        Assert.That(await process.StandardOutput.ReadAsync(first), Is.EqualTo(1), "the text streams before it is whole");
        using (Process kill = Start("/bin/sh", "-c", $"kill -TERM {process.Id}"))
        {
            await kill.WaitForExitAsync();
        }

        string error = await process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.EqualTo(130), error);
        Assert.That(error, Does.Contain("cancelled").And.Contain("tokens/s"));
    }

    private static async Task<(int Code, string Output, string Error)> ShellAsync(string script)
    {
        using Process process = Start("/bin/sh", "-c", script);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }

    private static Process Start(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start)!;
    }
}
