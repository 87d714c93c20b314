using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SpecExecNative.Kernels.Cuda.Interop;

/// <summary>NVIDIA's run-time compiler.</summary>
/// <remarks>Source: the NVRTC reference, versions 12.0 to 13.0.</remarks>
internal static unsafe partial class Nvrtc
{
    /// <summary>The logical name that <see cref="CudaLibraries"/> turns into a file.</summary>
    public const string Library = "specexec-nvrtc";

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcVersion(out int major, out int minor);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcGetNumSupportedArchs(out int count);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcGetSupportedArchs(int* architectures);

    [LibraryImport(Library)]
    public static partial byte* nvrtcGetErrorString(NvrtcResult result);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcCreateProgram(
        out NvrtcProgram program, byte* source, byte* name, int headerCount, byte** headers, byte** includeNames);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcDestroyProgram(ref NvrtcProgram program);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcCompileProgram(NvrtcProgram program, int optionCount, byte** options);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcGetPTXSize(NvrtcProgram program, out nuint bytes);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcGetPTX(NvrtcProgram program, byte* ptx);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcGetCUBINSize(NvrtcProgram program, out nuint bytes);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcGetCUBIN(NvrtcProgram program, byte* cubin);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcGetProgramLogSize(NvrtcProgram program, out nuint bytes);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcGetProgramLog(NvrtcProgram program, byte* log);

    /// <exception cref="NvrtcException">The call failed.</exception>
    public static void ThrowOnError(this NvrtcResult result, [CallerArgumentExpression(nameof(result))] string call = "")
    {
        if (result != NvrtcResult.Success)
        {
            throw new NvrtcException($"{call[..call.IndexOf('(')]}: {Meaning(result)}", "");
        }
    }

    /// <summary>NVRTC's words for a result.</summary>
    public static string Meaning(NvrtcResult result) => Marshal.PtrToStringUTF8((nint)nvrtcGetErrorString(result)) ?? $"NVRTC error {(int)result}";
}

/// <summary>nvrtcResult, as far as this program tells results apart.</summary>
internal enum NvrtcResult
{
    Success = 0,
    OutOfMemory = 1,
    InvalidOption = 5,
    Compilation = 6,
}
