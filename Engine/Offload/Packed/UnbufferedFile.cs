using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SpecExecNative.Engine.Offload;

/// <summary>
/// Files read past the system's cache. A model that is larger than memory would only drive everything else out of it, and never be found there
/// when the next pass asks for it again.
/// </summary>
internal static class UnbufferedFile
{
    private const int CloseOnExec = 0x80000;
    private const FileOptions NoBuffering = (FileOptions)0x20000000; // FILE_FLAG_NO_BUFFERING

    /// <summary>O_DIRECT: its value is the architecture's.</summary>
    private static int Direct => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x10000 : 0x4000;

    /// <summary>Opens a file for reading whole pages into memory that begins on a page.</summary>
    /// <returns>Null: neither this system nor this file system can.</returns>
    public static SafeFileHandle? TryOpen(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            try
            {
                return File.OpenHandle(path, share: FileShare.Read | FileShare.Delete, options: NoBuffering);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return null;
            }
        }

        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        int descriptor = Open(path, Direct | CloseOnExec);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

#pragma warning disable SYSLIB1054 // a generated import would make this project unsafe for the sake of one string
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
#pragma warning restore SYSLIB1054
}
