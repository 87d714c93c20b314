using System.ComponentModel;
using System.Diagnostics;
using NUnit.Framework;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Kernels.Cuda.Compilation;

/// <summary>clang as a second opinion on the sources, and for architectures that the check's NVRTC does not know.</summary>
internal sealed class ClangCompiler
{
    private readonly string _program;

    private ClangCompiler(string program) => _program = program;

    /// <summary>A clang that knows Blackwell; the test is skipped where there is none.</summary>
    public static ClangCompiler Require()
    {
        string? program = new[] { "clang++-22", "clang++-21", "clang++-20" }.FirstOrDefault(IsThere);
        if (program is null)
        {
            Assert.Ignore("No clang++ 20 or later is on this machine (Debian: clang-22).");
        }

        return new ClangCompiler(program!);
    }

    /// <summary>Compiles a variant to PTX, which is thrown away.</summary>
    /// <returns>What clang has to say; empty if nothing.</returns>
    public string Compile(KernelVariant variant, string architecture)
    {
        // The sources that are part of the library, not those of a checkout: this also runs where there is none.
        using TemporaryDirectory folder = new();
        foreach (string name in KernelSources.Names)
        {
            string path = Path.Combine(folder.Path, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, KernelSources.Text(name));
        }

        const string PtxThatKnowsBlackwell = "+ptx87";
        return Run(
            _program,
            [
                "-x", "cuda", "--cuda-device-only", $"--cuda-gpu-arch={architecture}", $"--cuda-feature={PtxThatKnowsBlackwell}",
                "-nocudainc", "-nocudalib", "-std=c++17", "-O3", "-Wall", "-Wextra", "-Wno-unused-parameter",
                "-include", TestData.Repository("Tests/Kernels/Cuda/Compilation/cuda_builtins.h"), "-I", folder.Path,
                .. variant.Constants.Select(c => $"-D{c.Key}={c.Value}"),
                "-S", "-o", "-", Path.Combine(folder.Path, variant.Source),
            ]).Complaints;
    }

    private static bool IsThere(string program)
    {
        try
        {
            return Run(program, ["--version"]).ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // no such program
        }
    }

    private static (int ExitCode, string Complaints) Run(string program, IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string complaints = process.StandardError.ReadToEnd();
        process.WaitForExit();
        _ = output.Result;
        return (process.ExitCode, process.ExitCode == 0 ? complaints : $"exit code {process.ExitCode}: {complaints}");
    }
}
