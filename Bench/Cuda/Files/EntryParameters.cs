using System.Text;
using System.Text.RegularExpressions;

namespace SpecExecNative.Bench.Cuda.Files;

/// <summary>The parameters of a kernel, as its PTX declares them: what a launch must give it.</summary>
internal static partial class EntryParameters
{
    /// <summary>The types in order, e.g. <c>u64</c> for an address; null: there is no such kernel.</summary>
    public static IReadOnlyList<string>? Of(ReadOnlySpan<byte> ptx, string entry)
    {
        foreach (Match kernel in Entry().Matches(Encoding.ASCII.GetString(ptx)))
        {
            if (kernel.Groups["name"].Value == entry)
            {
                // Signed, unsigned and untyped numbers of a size are passed alike.
                return [.. Parameter().Matches(kernel.Groups["parameters"].Value).Select(p => p.Groups[1].Value is ['s' or 'b', .. string bits] ? 'u' + bits : p.Groups[1].Value)];
            }
        }

        return null;
    }

    /// <summary>Names of all kernels.</summary>
    public static IReadOnlyList<string> Names(ReadOnlySpan<byte> ptx) => [.. Entry().Matches(Encoding.ASCII.GetString(ptx)).Select(m => m.Groups["name"].Value)];

    [GeneratedRegex(@"\.entry\s+(?<name>[\w$]+)\s*\((?<parameters>[^)]*)\)")]
    private static partial Regex Entry();

    [GeneratedRegex(@"\.param\s+(?:\.align\s+\d+\s+)?\.([a-z]\d+)")]
    private static partial Regex Parameter();
}
