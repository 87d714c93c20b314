using System.CommandLine;
using System.Text.RegularExpressions;
using NUnit.Framework;
using SpecExecNative.Bench;

namespace SpecExecNative.Tests.Bench;

/// <summary>The GPU check runs where nobody can mend it: its benchmarks' command lines must be accepted.</summary>
public sealed partial class GpuCheckCommandsTests
{
    [Test]
    public void EveryBenchmarkIsAccepted()
    {
        string script = File.ReadAllText(TestData.Repository("tools/gpu-check/run.sh"));
        string[] commands = [.. Command().Matches(script).Select(m => m.Groups[1].Value.Replace("\"", "", StringComparison.Ordinal).Trim())];
        Assert.That(commands, Has.Length.EqualTo(4), "kernels at three shapes, stream");
        foreach (string command in commands)
        {
            ParseResult parsed = BenchApplication.CreateRoot().Parse([.. command.Split(' '), "--out", "result/bench-x"]);
            Assert.That(parsed.Errors.Select(e => e.Message), Is.Empty, command);
        }
    }

    [GeneratedRegex(@"\bbenchmark ((?:kernels|stream) [^|;&}\n]*)")]
    private static partial Regex Command();
}
