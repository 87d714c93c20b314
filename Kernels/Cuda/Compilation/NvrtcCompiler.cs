using System.Runtime.InteropServices;
using System.Text;
using SpecExecNative.Kernels.Cuda.Interop;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>NVIDIA's run-time compiler at work on kernel variants. May be used by many threads at once.</summary>
public sealed class NvrtcCompiler
{
    private NvrtcCompiler(LibraryCandidate library)
    {
        Library = library;
        Nvrtc.nvrtcVersion(out int major, out int minor).ThrowOnError();
        Version = new Version(major, minor);
        Architectures = ReadArchitectures();
    }

    /// <summary>Where it was found.</summary>
    public LibraryCandidate Library { get; }

    /// <summary>The CUDA version it belongs to.</summary>
    public Version Version { get; }

    /// <summary>What it can compile for, ascending.</summary>
    public IReadOnlyList<GpuArchitecture> Architectures { get; }

    /// <summary>The compiler of this machine; null: there is none that can be used.</summary>
    /// <exception cref="NvrtcException">There is one, but it does not answer.</exception>
    public static NvrtcCompiler? TryOpen()
        => CudaLibraries.Find(CudaLibrary.Nvrtc).Found is { } library ? new NvrtcCompiler(library) : null;

    /// <summary>Options for one variant, without the architecture.</summary>
    public static IReadOnlyList<string> Options(KernelVariant variant) =>
    [
        "--std=c++17",
        "--device-as-default-execution-space",
        "--generate-line-info",
        .. variant.Constants.Select(constant => $"-D{constant.Key}={constant.Value}"),
    ];

    /// <summary>Compiles one variant.</summary>
    /// <exception cref="NvrtcException">The source is refused; the log is in the message.</exception>
    public CompiledKernel Compile(KernelVariant variant, CompileTarget target) => Compile(variant, target, variant.Text);

    /// <summary>Compiles a text in the place of the variant's own source.</summary>
    internal unsafe CompiledKernel Compile(KernelVariant variant, CompileTarget target, string source)
    {
        IReadOnlyList<string> headers = KernelSources.Headers;
        using var headerTexts = new Utf8Strings([.. headers.Select(KernelSources.Text)]);
        using var headerNames = new Utf8Strings(headers);
        using var options = new Utf8Strings([target.Option, .. Options(variant), .. target.IsMachineCode ? ["--ptxas-options=-v"] : Array.Empty<string>()]);
        using var program = new Utf8Strings([source, variant.Source]);
        Nvrtc.nvrtcCreateProgram(out NvrtcProgram handle, program.Pointers[0], program.Pointers[1], headers.Count, headerTexts.Pointers, headerNames.Pointers).ThrowOnError();
        try
        {
            NvrtcResult result = Nvrtc.nvrtcCompileProgram(handle, options.Count, options.Pointers);
            string log = ReadLog(handle);
            if (result != NvrtcResult.Success)
            {
                throw new NvrtcException($"NVRTC {Version} refused {variant.Name} ({variant.Source}) for {target}: {Nvrtc.Meaning(result)}", log, isRefusal: result == NvrtcResult.Compilation);
            }

            return new CompiledKernel(target.IsMachineCode ? ReadCubin(handle) : Array.Empty<byte>(), ReadPtx(handle), KernelUsage.FromLog(log));
        }
        finally
        {
            _ = Nvrtc.nvrtcDestroyProgram(ref handle);
        }
    }

    private static unsafe List<GpuArchitecture> ReadArchitectures()
    {
        Nvrtc.nvrtcGetNumSupportedArchs(out int count).ThrowOnError();
        int[] numbers = new int[count];
        fixed (int* all = numbers)
        {
            Nvrtc.nvrtcGetSupportedArchs(all).ThrowOnError();
        }

        return [.. numbers.Select(GpuArchitecture.OfNumber).Order()];
    }

    private static unsafe string ReadLog(NvrtcProgram program)
    {
        Nvrtc.nvrtcGetProgramLogSize(program, out nuint bytes).ThrowOnError();
        byte[] log = new byte[bytes];
        fixed (byte* to = log)
        {
            Nvrtc.nvrtcGetProgramLog(program, to).ThrowOnError();
        }

        return Encoding.UTF8.GetString(log).TrimEnd('\0', '\n');
    }

    private static unsafe byte[] ReadPtx(NvrtcProgram program)
    {
        Nvrtc.nvrtcGetPTXSize(program, out nuint bytes).ThrowOnError();
        byte[] ptx = new byte[bytes];
        fixed (byte* to = ptx)
        {
            Nvrtc.nvrtcGetPTX(program, to).ThrowOnError();
        }

        return PtxText.WithoutFolders(ptx);
    }

    private static unsafe byte[] ReadCubin(NvrtcProgram program)
    {
        Nvrtc.nvrtcGetCUBINSize(program, out nuint bytes).ThrowOnError();
        byte[] cubin = new byte[bytes];
        fixed (byte* to = cubin)
        {
            Nvrtc.nvrtcGetCUBIN(program, to).ThrowOnError();
        }

        return cubin;
    }

    /// <summary>Zero-terminated strings for C, freed together.</summary>
    private sealed unsafe class Utf8Strings : IDisposable
    {
        public Utf8Strings(IReadOnlyList<string> texts)
        {
            Count = texts.Count;
            Pointers = (byte**)NativeMemory.AllocZeroed((nuint)Math.Max(texts.Count, 1), (nuint)sizeof(byte*));
            for (int i = 0; i < texts.Count; i++)
            {
                Pointers[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
            }
        }

        public int Count { get; }

        public byte** Pointers { get; }

        public void Dispose()
        {
            for (int i = 0; i < Count; i++)
            {
                Marshal.FreeCoTaskMem((nint)Pointers[i]);
            }

            NativeMemory.Free(Pointers);
        }
    }
}
