using System.Text;
using SpecExecNative.Bench.Reports.Csv;
using SpecExecNative.Bench.Reports.Json;

namespace SpecExecNative.Bench.Reports;

/// <summary>Reads what <see cref="ReportFormats"/> writes; Markdown is for people only.</summary>
internal static class ReportReader
{
    private const long MostBytes = 256L << 20; // a sweep of a hundred thousand rows has a fifth of that

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file in the format that its extension says.</summary>
    /// <exception cref="ReportFormatException">It cannot be read, or is no report of a version that is known.</exception>
    public static Report Read(string path)
    {
        string name = Path.GetFileName(path);
        ReportFormat? format = ReportFormats.OfFile(path);
        if (format is null or ReportFormat.Markdown)
        {
            throw new ReportFormatException(name, "", "only .json, .jsonl and .csv can be read");
        }

        return Read(ReadText(path), format.Value, name);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The file's content.</param>
    /// <param name="format">Not Markdown.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="ReportFormatException">It is no report of a version that is known.</exception>
    public static Report Read(string text, ReportFormat format, string name) => format switch
    {
        ReportFormat.Json => JsonReport.Read(text, name),
        ReportFormat.JsonLines => JsonLines.Read(text, name),
        ReportFormat.Csv => CsvReport.Read(text, name),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Markdown cannot be read."),
    };

    /// <summary>The whole text of a file of bearable size.</summary>
    /// <exception cref="ReportFormatException">It cannot be read, or is no UTF-8.</exception>
    internal static string ReadText(string path)
    {
        string name = Path.GetFileName(path);
        try
        {
            var file = new FileInfo(path);
            return file.Length <= MostBytes
                ? File.ReadAllText(path, StrictUtf8)
                : throw new ReportFormatException(name, "", $"{file.Length} bytes are more than a report has");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ReportFormatException(name, "", $"it cannot be read ({e.GetType().Name})", e);
        }
        catch (DecoderFallbackException e)
        {
            throw new ReportFormatException(name, "", "it is not UTF-8", e);
        }
    }
}
