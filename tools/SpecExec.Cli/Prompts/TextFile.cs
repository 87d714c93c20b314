using System.Text;
using SpecExecNative.Cli.Options;

namespace SpecExecNative.Cli.Prompts;

/// <summary>A text that an option names, without a byte order mark.</summary>
internal static class TextFile
{
    /// <exception cref="UsageException">It cannot be read, or is not UTF-8.</exception>
    public static async Task<string> ReadAsync(string option, string path, CancellationToken cancellation)
    {
        try
        {
            byte[] bytes = await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false);
            var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            int mark = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
            return strict.GetString(bytes, mark, bytes.Length - mark);
        }
        catch (DecoderFallbackException e)
        {
            throw new UsageException($"{option} {path} is not UTF-8 text: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"{option} {path} cannot be read: {e.Message}");
        }
    }
}
