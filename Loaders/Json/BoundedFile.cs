namespace SpecExecNative.Loaders.Json;

/// <summary>Reads files that others made whole, without trusting their size.</summary>
internal static class BoundedFile
{
    /// <exception cref="IOException">It cannot be read, or is larger than <paramref name="maxBytes"/>.</exception>
    public static byte[] ReadAll(string path, int maxBytes)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (stream.Length > maxBytes)
        {
            throw new IOException($"the file has {stream.Length} bytes, more than the {maxBytes} that such a file may have");
        }

        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Whether an exception means that a file could not be opened or read.</summary>
    public static bool IsReadError(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException;
}
