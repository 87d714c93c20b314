using System.Text;
using System.Text.RegularExpressions;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>What can be said about PTX without understanding it.</summary>
internal static partial class PtxText
{
    /// <summary>The PTX version of CUDA 12.0, the oldest driver that is supported.</summary>
    private static readonly Version Oldest = new(8, 0);

    /// <summary>
    /// Compilers stamp their own PTX version, and drivers refuse a later one than theirs whatever the text uses.
    /// Our kernels use nothing beyond PTX 7, so the stamp can be lowered to that of the oldest driver.
    /// </summary>
    public static byte[] ForOldDrivers(ReadOnlySpan<byte> ptx)
    {
        string text = Encoding.ASCII.GetString(ptx);
        return Encoding.ASCII.GetBytes(Stamp().Replace(text, stamp => Version.Parse(stamp.Groups[1].ValueSpan) > Oldest ? $".version {Oldest}" : stamp.Value, 1));
    }

    [GeneratedRegex(@"^\.version (\d+\.\d+)", RegexOptions.Multiline)]
    private static partial Regex Stamp();
}
