using System.Text;
using System.Text.Json;
using NUnit.Framework;

namespace SpecExecNative.Tests.CudaEmulator.Driver;

/// <summary>The library that tools/cuda-emulator.sh publishes, called through its C names.</summary>
[NonParallelizable]
public sealed unsafe class SharedObjectTests
{
    private const int Count = 100;
    private const uint NonBlocking = 1;

    [Test]
    public void MemoryGoesThroughAKernelAndBackAndNothingIsLeft()
    {
        EmulatorLibrary.Reset("schedule=late");
        int device;
        nint context, stream, module, function, host;
        ulong x, y;
        nuint bytes = Count * sizeof(float);
        Check(((delegate* unmanaged<uint, int>)Export("cuInit"))(0));
        Check(((delegate* unmanaged<int*, int, int>)Export("cuDeviceGet"))(&device, 0));
        Check(((delegate* unmanaged<nint*, int, int>)Export("cuDevicePrimaryCtxRetain"))(&context, device));
        Check(((delegate* unmanaged<nint, int>)Export("cuCtxSetCurrent"))(context));
        Check(((delegate* unmanaged<nint*, uint, int, int>)Export("cuStreamCreateWithPriority"))(&stream, NonBlocking, 0));
        Check(((delegate* unmanaged<ulong*, nuint, int>)Export("cuMemAlloc_v2"))(&x, bytes));
        Check(((delegate* unmanaged<ulong*, nuint, int>)Export("cuMemAlloc_v2"))(&y, bytes));
        Check(((delegate* unmanaged<nint*, nuint, uint, int>)Export("cuMemHostAlloc"))(&host, bytes, 0));
        var values = new Span<float>((void*)host, Count);
        for (int i = 0; i < Count; i++)
        {
            values[i] = i;
        }

        Check(LoadModule(TwiceKernel.Ptx, &module));
        Check(GetFunction(module, "twice", &function));
        Check(((delegate* unmanaged<ulong, nint, nuint, nint, int>)Export("cuMemcpyHtoDAsync_v2"))(x, host, bytes, stream));
        int n = Count;
        void** parameters = stackalloc void*[] { &x, &y, &n };
        Check(((delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)Export("cuLaunchKernel"))(
            function, 4, 1, 1, 32, 1, 1, 0, stream, parameters, null));
        Check(((delegate* unmanaged<nint, ulong, nuint, nint, int>)Export("cuMemcpyDtoHAsync_v2"))(host, y, bytes, stream));
        Check(((delegate* unmanaged<nint, int>)Export("cuStreamSynchronize"))(stream));
        Assert.That(values.ToArray(), Is.EqualTo(Enumerable.Range(0, Count).Select(i => 2f * i)));

        Check(((delegate* unmanaged<nint, int>)Export("cuModuleUnload"))(module));
        Check(((delegate* unmanaged<nint, int>)Export("cuMemFreeHost"))(host));
        Check(((delegate* unmanaged<ulong, int>)Export("cuMemFree_v2"))(x));
        Check(((delegate* unmanaged<ulong, int>)Export("cuMemFree_v2"))(y));
        Check(((delegate* unmanaged<nint, int>)Export("cuStreamDestroy_v2"))(stream));
        Check(((delegate* unmanaged<int, int>)Export("cuDevicePrimaryCtxRelease_v2"))(device));
        JsonElement report = EmulatorLibrary.Report();
        Assert.That(report.GetProperty("live").EnumerateObject().Select(kind => kind.Value.GetInt64()), Is.All.Zero);
        Assert.That(report.GetProperty("findings").GetArrayLength(), Is.Zero);
        Assert.That(report.GetProperty("notes").EnumerateObject(), Is.Empty);
        Assert.That(report.GetProperty("work").GetProperty("kernel twice").GetProperty("count").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public void ThePosedCallFailsOnceAndOnlyThen()
    {
        EmulatorLibrary.Reset("""{ "failCall": { "name": "cuDeviceGet", "nth": 2, "code": 101 } }""");
        Assert.That(GetDevice(3), Is.EqualTo(new[] { 0, 101, 0 }));
        EmulatorLibrary.Reset("failAnyCall.nth=3;failAnyCall.code=2");
        Assert.That(GetDevice(4), Is.EqualTo(new[] { 0, 2, 0, 0 }));
        EmulatorLibrary.Reset("loseDevice.after=2;loseDevice.code=719");
        Assert.That(GetDevice(3), Is.EqualTo(new[] { 0, 719, 719 }));
    }

    [Test]
    public void ImagesThatTheCardCannotTakeAreRefusedAsTheDriverWould()
    {
        EmulatorLibrary.Reset("computeCapability=7.5;driverVersion=12.1");
        nint module;
        Retain();
        Assert.That(LoadModule("\u007FELF", &module), Is.EqualTo(209));
        Assert.That(LoadModule(TwiceKernel.Ptx.Replace("sm_75", "sm_80", StringComparison.Ordinal), &module), Is.EqualTo(218));
        Assert.That(LoadModule(TwiceKernel.Ptx.Replace("7.8", "8.4", StringComparison.Ordinal), &module), Is.EqualTo(222));
        Assert.That(LoadModule(TwiceKernel.Ptx.Replace("add.f32", "add.f31", StringComparison.Ordinal), &module), Is.EqualTo(218));
        Assert.That(LoadModule(TwiceKernel.Ptx, &module), Is.Zero);
        nint function;
        Assert.That(GetFunction(module, "thrice", &function), Is.EqualTo(500));
    }

    [Test]
    public void AFindingIsWhatTheErrorStringSays()
    {
        EmulatorLibrary.Reset("schedule=eager");
        Retain();
        nint module, function;
        Check(LoadModule(TwiceKernel.Ptx, &module));
        Check(GetFunction(module, "twice", &function));
        ulong x, y = 64;
        Check(((delegate* unmanaged<ulong*, nuint, int>)Export("cuMemAlloc_v2"))(&x, Count * sizeof(float)));
        int n = Count;
        void** parameters = stackalloc void*[] { &x, &y, &n };
        Check(((delegate* unmanaged<ulong, uint, nuint, nint, int>)Export("cuMemsetD32Async"))(x, 0, Count, 0));
        Check(((delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)Export("cuLaunchKernel"))(
            function, 4, 1, 1, 32, 1, 1, 0, 0, parameters, null));
        Assert.That(((delegate* unmanaged<int>)Export("cuCtxSynchronize"))(), Is.EqualTo(700));
        Assert.That(EmulatorLibrary.ErrorString(700), Does.Contain("kernel twice").And.Contain("thread"));
        Assert.That(EmulatorLibrary.ErrorString(2), Is.EqualTo("out of memory"));
    }

    private static nint Export(string name) => EmulatorLibrary.Export(name);

    private static void Check(int status) => Assert.That(status, Is.Zero, status == 0 ? "" : EmulatorLibrary.ErrorString(status));

    private static void Retain()
    {
        nint context;
        Check(((delegate* unmanaged<uint, int>)Export("cuInit"))(0));
        Check(((delegate* unmanaged<nint*, int, int>)Export("cuDevicePrimaryCtxRetain"))(&context, 0));
        Check(((delegate* unmanaged<nint, int>)Export("cuCtxSetCurrent"))(context));
    }

    // cuInit first, which counts as a call.
    private static int[] GetDevice(int times)
    {
        ((delegate* unmanaged<uint, int>)Export("cuInit"))(0);
        int[] statuses = new int[times];
        for (int i = 0; i < times; i++)
        {
            int device;
            statuses[i] = ((delegate* unmanaged<int*, int, int>)Export("cuDeviceGet"))(&device, 0);
        }

        return statuses;
    }

    private static int LoadModule(string image, nint* module)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(image + '\0'))
        {
            return ((delegate* unmanaged<nint*, byte*, uint, int*, void**, int>)Export("cuModuleLoadDataEx"))(module, text, 0, null, null);
        }
    }

    private static int GetFunction(nint module, string name, nint* function)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
        {
            return ((delegate* unmanaged<nint*, nint, byte*, int>)Export("cuModuleGetFunction"))(function, module, text);
        }
    }
}
