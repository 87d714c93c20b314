using System.Reflection;

namespace SpecExecNative.Bench.Machine;

/// <summary>The commit that this program was built from.</summary>
internal static class Commit
{
    /// <summary>What git said at the build, with <c>-dirty</c> where files had changed since; <c>unknown</c> without git.</summary>
    public static string OfBuild { get; } = In(typeof(Commit).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);

    /// <summary>The build puts it behind a plus sign.</summary>
    internal static string In(string? version) => version?.Split('+', 2) is [_, { Length: > 0 } revision] ? revision : "unknown";
}
