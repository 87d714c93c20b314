using System.CommandLine;
using System.Text.RegularExpressions;
using NUnit.Framework;
using SpecExecNative.Bench;

namespace SpecExecNative.Tests.Bench;

/// <summary>The examples in tools/cluster are commands that the program accepts, with a scheduler's variables filled in.</summary>
public sealed partial class ClusterExamplesTests
{
    private static readonly Dictionary<string, string> Variables = new()
    {
        ["$SLURM_ARRAY_TASK_ID"] = "3",
        ["$SLURM_ARRAY_TASK_COUNT"] = "8",
        ["$((JOB_COMPLETION_INDEX + 1))"] = "3",
        ["$JOB_COMPLETION_INDEX"] = "2",
    };

    [TestCase("generate.sbatch")]
    [TestCase("generate-job.yaml")]
    public void EveryCommandIsAccepted(string file)
    {
        string text = File.ReadAllText(TestData.Repository($"tools/cluster/{file}"));
        foreach ((string variable, string value) in Variables)
        {
            text = text.Replace(variable, value, StringComparison.Ordinal);
        }

        string[] commands = [.. Command().Matches(text).Select(m => Joint().Replace(m.Groups[1].Value, " ").Replace("\"", "", StringComparison.Ordinal))];
        Assert.That(commands.Select(c => c.Split(' ')[0]), Is.EquivalentTo(new[] { "generate", "merge" }));
        foreach (string command in commands)
        {
            ParseResult parsed = BenchApplication.CreateRoot().Parse(command.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            Assert.That(parsed.Errors.Select(e => e.Message), Is.Empty, command);
            Assert.That(parsed.UnmatchedTokens, Is.Empty, command);
        }

        Assert.That(commands[^1], Does.Not.Contain("$"), "a variable that this test does not know");
        Assert.That(commands.Single(c => c.StartsWith("generate", StringComparison.Ordinal)), Does.Contain("--shard 3/8").And.Contain("--resume"));
    }

    /// <summary>From the program's name to a redirection, a quotation mark's end, or the end of a line that does not go on.</summary>
    [GeneratedRegex(@"SpecExecNative\.Bench ((?:[^>'\n]|\\\n|\n +--)+)")]
    private static partial Regex Command();

    [GeneratedRegex(@"\\?\s*\n\s*")]
    private static partial Regex Joint();
}
