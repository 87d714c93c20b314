using System.Text.Json;

namespace SpecExecNative.Loaders.Tokenization.Files;

/// <summary>Reads a tokenizer's file whole, if it has a believable size.</summary>
internal static class TokenizerFile
{
    /// <summary>In bytes. The largest tokenizer.json of a published model has some 35 MB.</summary>
    public const long MaximumBytes = 128L << 20;

    /// <exception cref="TokenizerFormatException">It is absent, unreadable or too large.</exception>
    public static byte[] ReadBytes(string path)
    {
        try
        {
            long length = new FileInfo(path).Length;
            return length <= MaximumBytes
                ? File.ReadAllBytes(path)
                : throw new TokenizerFormatException(path, "size", $"{length} bytes, more than the {MaximumBytes} that are believed");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerFormatException(path, "file", exception.Message, exception);
        }
    }

    /// <summary>Parses a JSON file. The cursor's elements stay valid: the document is left to the garbage collector.</summary>
    public static JsonCursor ReadJson(string path)
    {
        byte[] bytes = ReadBytes(path);
        ReadOnlyMemory<byte> json = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
        try
        {
            return new(path, string.Empty, JsonElement.Parse(json.Span));
        }
        catch (JsonException exception)
        {
            throw new TokenizerFormatException(path, "json", exception.Message, exception);
        }
    }
}
