using SpecExecNative.Loaders.Json;

namespace SpecExecNative.Loaders.Tokenization.Files;

/// <summary>Reads a tokenizer's file whole, if it has a believable size.</summary>
internal static class TokenizerFile
{
    /// <summary>In bytes. The largest tokenizer.json of a published model has some 35 MB.</summary>
    public const int MaximumBytes = 128 << 20;

    /// <exception cref="TokenizerFormatException">It is absent, unreadable or too large.</exception>
    public static byte[] ReadBytes(string path)
    {
        try
        {
            return BoundedFile.ReadAll(path, MaximumBytes);
        }
        catch (Exception exception) when (BoundedFile.IsReadError(exception))
        {
            throw new TokenizerFormatException(path, "file", $"cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Parses a JSON file, with or without a byte order mark.</summary>
    /// <exception cref="TokenizerFormatException">It cannot be read or is not JSON.</exception>
    public static JsonCursor ReadJson(string path)
    {
        ReadOnlySpan<byte> bytes = ReadBytes(path);
        ReadOnlySpan<byte> json = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        return JsonText.Parse(json, out string? problem, out Exception? cause) is { } root
            ? new(path, string.Empty, root)
            : throw new TokenizerFormatException(path, "json", $"{problem} The file is damaged: download it again.", cause);
    }
}
