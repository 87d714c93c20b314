using System.Text.RegularExpressions;

namespace SpecExecNative.Tests.DemoPair;

/// <summary>What the shipped pair's README states about its files.</summary>
internal sealed partial class ModelCard
{
    private ModelCard(string text)
    {
        Text = text;
        Files = FileRows().Matches(text).ToDictionary(
            row => row.Groups["path"].Value,
            row => (long.Parse(row.Groups["bytes"].Value), row.Groups["sha256"].Value));
        Match parameters = ParameterRow().Match(text);
        TargetParameters = Number(parameters.Groups["target"].Value);
        DraftParameters = Number(parameters.Groups["draft"].Value);
    }

    public static string Folder => TestData.Repository("tools/demo-pair");

    public string Text { get; }

    /// <summary>Size and SHA-256 by path relative to <see cref="Folder"/>.</summary>
    public IReadOnlyDictionary<string, (long Bytes, string Sha256)> Files { get; }

    public long TargetParameters { get; }

    public long DraftParameters { get; }

    public static ModelCard Read()
    {
        return new ModelCard(File.ReadAllText(Path.Combine(Folder, "README.md")));
    }

    private static long Number(string digitsInGroups)
    {
        return long.Parse(digitsInGroups.Replace(" ", ""));
    }

    [GeneratedRegex(@"^\| `(?<path>[^`]+)` \| (?<bytes>\d+) \| `(?<sha256>[0-9a-f]{64})` \|$", RegexOptions.Multiline)]
    private static partial Regex FileRows();

    [GeneratedRegex(@"^\| parameters [^|]*\| (?<target>[\d ]+) \([^|]*\| (?<draft>[\d ]+) \(", RegexOptions.Multiline)]
    private static partial Regex ParameterRow();
}
