using SpecExecNative.Engine.Generation;

namespace SpecExecNative.Cli.Options;

/// <summary>The decoding methods as the command line and the JSON have them.</summary>
internal static class MethodNames
{
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<DecodingMethod>().Select(NameOf)];

    public static string NameOf(DecodingMethod method) => method switch
    {
        DecodingMethod.SpecExec => "specexec",
        DecodingMethod.SpecInfer => "specinfer",
        DecodingMethod.Chain => "chain",
        DecodingMethod.None => "none",
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "unknown method"),
    };

    /// <param name="name">One of <see cref="All"/>.</param>
    public static DecodingMethod Parse(string name) => Enum.GetValues<DecodingMethod>().First(m => NameOf(m) == name);
}
