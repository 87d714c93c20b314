using System.Globalization;

namespace SpecExecNative.Kernels.Cuda.Libraries;

/// <summary>How the libraries' files are called.</summary>
internal static class LibraryNames
{
    /// <summary>Generations that are known to work, newest first.</summary>
    private static readonly int[] Majors = [13, 12];

    /// <summary>File names to look for, newest generation first.</summary>
    public static IReadOnlyList<string> Of(CudaLibrary library, bool isWindows) => (library, isWindows) switch
    {
        (CudaLibrary.Driver, false) => ["libcuda.so.1"],
        (CudaLibrary.Driver, true) => ["nvcuda.dll"],
        (CudaLibrary.Nvrtc, false) => [.. Majors.Select(major => $"libnvrtc.so.{major}")],
        (CudaLibrary.Nvrtc, true) => [.. Majors.Select(major => $"nvrtc64_{major}0_0.dll")],
        (_, false) => [.. Majors.Select(major => $"libcublas.so.{major}")],
        _ => [.. Majors.Select(major => $"cublas64_{major}.dll")],
    };

    /// <summary>An entry point that the library has, and no other: people name the wrong file.</summary>
    public static string Mark(CudaLibrary library) => library switch
    {
        CudaLibrary.Driver => "cuInit",
        CudaLibrary.Nvrtc => "nvrtcVersion",
        _ => "cublasCreate_v2",
    };

    /// <summary>Pattern of the files that NVRTC loads by itself, from beside it.</summary>
    public static string Builtins(bool isWindows) => isWindows ? "nvrtc-builtins64_*.dll" : "libnvrtc-builtins.so.*";

    /// <summary>The generation that a file's name tells: 12 for <c>libnvrtc.so.12.4.127</c> and <c>nvrtc64_120_0.dll</c>; 0: none.</summary>
    public static int MajorOf(string path)
    {
        string name = path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
        int digits = name.IndexOf(".so.", StringComparison.Ordinal) is var so && so >= 0 ? so + 4 : name.IndexOf("64_", StringComparison.Ordinal) is var dll && dll >= 0 ? dll + 3 : -1;
        return digits >= 0 && digits + 2 <= name.Length
            && int.TryParse(name.AsSpan(digits, 2), NumberStyles.None, CultureInfo.InvariantCulture, out int major) ? major : 0;
    }
}
