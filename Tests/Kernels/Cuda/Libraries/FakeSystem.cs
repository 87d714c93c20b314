using SpecExecNative.Kernels.Cuda.Libraries;

namespace SpecExecNative.Tests.Kernels.Cuda.Libraries;

/// <summary>A machine that consists of a list of files and variables.</summary>
internal sealed class FakeSystem(bool isWindows, string[] files) : SystemView
{
    public Dictionary<string, string> Variables { get; } = [];

    public override bool IsWindows => isWindows;

    public override bool IsArm64 => false;

    public override string? Variable(string name) => Variables.GetValueOrDefault(name);

    public override bool FileExists(string path) => files.Contains(path);

    public override bool DirectoryExists(string path) => files.Any(file => file.StartsWith(path.TrimEnd(Separator) + Separator, StringComparison.Ordinal));

    public override IReadOnlyList<string> Directories(string parent, string pattern) => Children(parent, pattern, wantsFolders: true);

    public override IReadOnlyList<string> Files(string parent, string pattern) => Children(parent, pattern, wantsFolders: false);

    private char Separator => isWindows ? '\\' : '/';

    private List<string> Children(string parent, string pattern, bool wantsFolders)
    {
        string prefix = pattern[..pattern.IndexOf('*')];
        string start = parent + Separator;
        return [.. files
            .Where(file => file.StartsWith(start + prefix, StringComparison.Ordinal))
            .Select(file => file[start.Length..])
            .Where(rest => rest.Contains(Separator) == wantsFolders)
            .Select(rest => start + rest.Split(Separator)[0])
            .Distinct()
            .OrderDescending(StringComparer.Ordinal)];
    }
}
