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

    /// <summary>
    /// NVRTC puts the folder that the process happens to be in before the names of the sources. They are in no folder: the
    /// same kernel must be the same text wherever it is compiled.
    /// </summary>
    public static byte[] WithoutFolders(byte[] ptx)
        => Encoding.ASCII.GetBytes(SourceFile().Replace(Encoding.ASCII.GetString(ptx), "$1$2"));

    [GeneratedRegex(@"(\.file\s+\d+\s+"")(?:[^""\n]*?[/\\])?((?:Naive[/\\])?[^""/\\\n]+"")")]
    private static partial Regex SourceFile();

    [GeneratedRegex(@"^\.version (\d+\.\d+)", RegexOptions.Multiline)]
    private static partial Regex Stamp();
}
