using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;

namespace SpecExecNative.CudaEmulator.Exports;

/// <summary>Text as C sees it.</summary>
internal static unsafe class NativeText
{
    private static readonly ConcurrentDictionary<string, nint> Kept = new(StringComparer.Ordinal);

    /// <summary>UTF-8 with a closing NUL that stays valid for ever, as the driver's own messages do.</summary>
    internal static byte* Keep(string text) => (byte*)Kept.GetOrAdd(text, Marshal.StringToCoTaskMemUTF8);

    internal static string? Read(byte* text) => text is null ? null : Marshal.PtrToStringUTF8((nint)text);

    /// <summary>Writes as much as fits, always with a closing NUL.</summary>
    /// <returns>Bytes needed for all of it, the NUL included.</returns>
    internal static int Write(string text, byte* buffer, nuint capacity)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (buffer is not null && capacity > 0)
        {
            int fits = (int)Math.Min((ulong)bytes.Length, capacity - 1);
            bytes.AsSpan(0, fits).CopyTo(new Span<byte>(buffer, fits));
            buffer[fits] = 0;
        }

        return bytes.Length + 1;
    }
}
