using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using NUnit.Framework;

namespace SpecExecNative.Tests.CudaEmulator.Driver;

/// <summary>The published shared object, as a C program sees it.</summary>
internal static unsafe class EmulatorLibrary
{
    private static readonly Lazy<nint> Handle = new(Load);

    /// <exception cref="IgnoreException">It could not be built here: no C compiler, or not Linux.</exception>
    internal static nint Export(string name)
    {
        Assert.That(NativeLibrary.TryGetExport(Handle.Value, name, out nint address), Is.True, $"the emulator does not export {name}");
        return address;
    }

    internal static void Reset(string settings)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(settings + '\0'))
        {
            Assert.That(((delegate* unmanaged<byte*, int>)Export("specexecEmulatorReset"))(text), Is.Zero);
        }
    }

    internal static JsonElement Report()
    {
        var report = (delegate* unmanaged<byte*, nuint, int>)Export("specexecEmulatorReport");
        byte[] buffer = new byte[report(null, 0)];
        fixed (byte* text = buffer)
        {
            Assert.That(report(text, (nuint)buffer.Length), Is.EqualTo(buffer.Length));
        }

        return JsonDocument.Parse(buffer.AsMemory(0, buffer.Length - 1)).RootElement;
    }

    /// <summary>What cuGetErrorString says of a status.</summary>
    internal static string ErrorString(int status)
    {
        byte* text;
        Assert.That(((delegate* unmanaged<int, byte**, int>)Export("cuGetErrorString"))(status, &text), Is.Zero);
        return Marshal.PtrToStringUTF8((nint)text)!;
    }

    private static nint Load()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "libspecexec-cuda-emulator.so");
        if (!File.Exists(path))
        {
            Assert.Ignore("libspecexec-cuda-emulator.so has not been built: it needs Linux and a C compiler.");
        }

        return NativeLibrary.Load(path);
    }
}
