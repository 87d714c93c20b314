using NUnit.Framework;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Libraries;

namespace SpecExecNative.Tests.Kernels.Cuda.Libraries;

internal sealed class LibrarySearchTests
{
    private const string ToolkitTwelve = "/usr/local/cuda-12.4/lib64/libnvrtc.so.12";
    private const string ToolkitThirteen = "/usr/local/cuda-13.0/lib64/libnvrtc.so.13";
    private const string OwnToolkit = "/opt/cuda/lib64/libnvrtc.so.12";
    private const string Wheel = "/venv/lib/python3.12/site-packages/nvidia/cuda_nvrtc/lib/libnvrtc.so.12";
    private const string WheelThirteen = "/venv/lib/python3.12/site-packages/nvidia/cu13/lib/libnvrtc.so.13";

    [Test]
    public void WhatAnOptionNamesIsTheOnlyCandidate()
    {
        FakeSystem system = Linux(ToolkitTwelve);
        system.Variables["SPECEXEC_NVRTC"] = "/elsewhere/libnvrtc.so.12";
        Assert.That(Paths(system, CudaLibrary.Nvrtc, explicitPath: "/mine/libnvrtc.so.13"), Is.EqualTo(new[] { "/mine/libnvrtc.so.13" }));
    }

    [TestCase(CudaLibrary.Driver, "SPECEXEC_CUDA_DRIVER")]
    [TestCase(CudaLibrary.Nvrtc, "SPECEXEC_NVRTC")]
    [TestCase(CudaLibrary.Cublas, "SPECEXEC_CUBLAS")]
    public void WhatAVariableNamesIsTheOnlyCandidate(CudaLibrary library, string variable)
    {
        FakeSystem system = Linux(ToolkitTwelve);
        system.Variables[variable] = "/mine/library.so";
        Assert.That(Paths(system, library), Is.EqualTo(new[] { "/mine/library.so" }));
    }

    [Test]
    public void AVariableMayNameTheFolder()
    {
        FakeSystem system = Linux("/mine/libnvrtc.so.12");
        system.Variables["SPECEXEC_NVRTC"] = "/mine/";
        Assert.That(Paths(system, CudaLibrary.Nvrtc), Is.EqualTo(new[] { "/mine/libnvrtc.so.13", "/mine/libnvrtc.so.12" }));
    }

    [Test]
    public void CudaPathComesBeforeToolkitsAndThoseBeforeWheelsAndThoseBeforeTheSystem()
    {
        FakeSystem system = Linux(ToolkitTwelve, Wheel, OwnToolkit);
        system.Variables["CUDA_HOME"] = "/opt/cuda";
        system.Variables["VIRTUAL_ENV"] = "/venv";
        Assert.That(Paths(system, CudaLibrary.Nvrtc), Is.EqualTo(new[] { OwnToolkit, ToolkitTwelve, Wheel, "libnvrtc.so.13", "libnvrtc.so.12" }));
    }

    [Test]
    public void ADriverOfGenerationTwelveGetsItsOwnCompilerFirst()
    {
        FakeSystem system = Linux(ToolkitTwelve, ToolkitThirteen);
        Assert.That(Paths(system, CudaLibrary.Nvrtc, driverMajor: 12), Is.EqualTo(new[] { ToolkitTwelve, "libnvrtc.so.12", ToolkitThirteen, "libnvrtc.so.13" }));
        Assert.That(Paths(system, CudaLibrary.Nvrtc, driverMajor: 13)[0], Is.EqualTo(ToolkitThirteen));
    }

    [Test]
    public void WheelsOfBothGenerationsAreFound()
    {
        FakeSystem system = Linux(Wheel, WheelThirteen, "/venv/bin/python3");
        system.Variables["PATH"] = "/nowhere:/venv/bin/";
        Assert.That(Paths(system, CudaLibrary.Nvrtc), Is.SupersetOf(new[] { WheelThirteen, Wheel }));
    }

    [Test]
    public void WheelsInTheUsersFolderAreFound()
    {
        const string path = "/home/u/.local/lib/python3.11/site-packages/nvidia/cublas/lib/libcublas.so.12";
        FakeSystem system = Linux(path);
        system.Variables["HOME"] = "/home/u";
        Assert.That(Paths(system, CudaLibrary.Cublas)[0], Is.EqualTo(path));
    }

    [Test]
    public void WindowsFoldersOfBothGenerationsAreFound()
    {
        const string toolkit13 = @"C:\Program Files\NVIDIA GPU Computing Toolkit\CUDA\v13.0\bin\x64\nvrtc64_130_0.dll";
        const string toolkit12 = @"C:\Program Files\NVIDIA GPU Computing Toolkit\CUDA\v12.4\bin\nvrtc64_120_0.dll";
        const string wheel = @"C:\env\Lib\site-packages\nvidia\cuda_nvrtc\bin\nvrtc64_120_0.dll";
        const string wheel13 = @"C:\Python312\Lib\site-packages\nvidia\cu13\bin\x86_64\nvrtc64_130_0.dll";
        FakeSystem system = new(isWindows: true, [toolkit13, toolkit12, wheel, wheel13, @"C:\Python312\python.exe"]);
        system.Variables["VIRTUAL_ENV"] = @"C:\env";
        system.Variables["PATH"] = @"C:\Windows;C:\Python312\";
        Assert.That(
            Paths(system, CudaLibrary.Nvrtc, driverMajor: 13),
            Is.EqualTo(new[] { toolkit13, toolkit12, wheel, wheel13, "nvrtc64_130_0.dll", "nvrtc64_120_0.dll" }));
    }

    [TestCase(false, "libcuda.so.1")]
    [TestCase(true, "nvcuda.dll")]
    public void TheDriverIsTheSystemsBusiness(bool isWindows, string name)
        => Assert.That(Paths(new FakeSystem(isWindows, []), CudaLibrary.Driver), Is.EqualTo(new[] { name }));

    [Test]
    public void BuiltinsLieBesideTheCompiler()
    {
        FakeSystem system = Linux("/t/lib64/libnvrtc.so.12", "/t/lib64/libnvrtc-builtins.so.12.4", "/t/lib64/libother.so.1");
        var search = new LibrarySearch(system);
        Assert.That(search.Builtins("/t/lib64/libnvrtc.so.12"), Is.EqualTo(new[] { "/t/lib64/libnvrtc-builtins.so.12.4" }));
        Assert.That(search.Builtins("libnvrtc.so.12"), Is.Empty, "a bare name is the loader's business");
    }

    [TestCase("/a/libnvrtc.so.12.4.127", 12)]
    [TestCase("nvrtc64_130_0.dll", 13)]
    [TestCase("cublas64_12.dll", 12)]
    [TestCase("/a.so.13/thing", 0)]
    [TestCase("libcuda.so.1", 0)]
    public void ANameTellsItsGeneration(string path, int major) => Assert.That(LibraryNames.MajorOf(path), Is.EqualTo(major));

    private static FakeSystem Linux(params string[] files) => new(isWindows: false, files);

    private static string[] Paths(FakeSystem system, CudaLibrary library, string? explicitPath = null, int? driverMajor = null)
        => [.. new LibrarySearch(system).Candidates(library, explicitPath, driverMajor).Select(c => c.Path)];
}
