using System.Text.Json;
using SpecExecNative.Cli.Options;
using SpecExecNative.Kernels;

namespace SpecExecNative.Cli.Reports;

/// <summary>A timeline in the form that chrome://tracing and ui.perfetto.dev read (the JSON array of "complete" events of Chrome's Trace Event Format).</summary>
internal static class TraceFile
{
    private const double MicrosecondsPerSecond = 1e6;
    private const int Process = 1;

    /// <param name="path">Replaced if it is there.</param>
    /// <param name="process">What a person calls what was traced.</param>
    /// <param name="spans">In any order.</param>
    /// <exception cref="UsageException">The file cannot be written.</exception>
    public static void Write(string path, string process, IReadOnlyList<DeviceSpan> spans)
    {
        try
        {
            using FileStream file = File.Create(path);
            using var json = new Utf8JsonWriter(file);
            json.WriteStartObject();
            json.WriteString("displayTimeUnit", "ms");
            json.WriteStartArray("traceEvents");
            WriteName(json, "process_name", 0, process);
            foreach (DeviceTrack track in Enum.GetValues<DeviceTrack>())
            {
                WriteName(json, "thread_name", (int)track + 1, NameOf(track));
            }

            double origin = spans.Count == 0 ? 0 : spans.Min(s => s.Start);
            foreach (DeviceSpan span in spans.OrderBy(s => s.Start))
            {
                json.WriteStartObject();
                json.WriteString("name", span.Name);
                json.WriteString("ph", "X");
                json.WriteNumber("pid", Process);
                json.WriteNumber("tid", (int)span.Track + 1);
                json.WriteNumber("ts", (span.Start - origin) * MicrosecondsPerSecond);
                json.WriteNumber("dur", span.Seconds * MicrosecondsPerSecond);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--trace {path} cannot be written: {e.Message}");
        }
    }

    private static string NameOf(DeviceTrack track) => track switch
    {
        DeviceTrack.Host => "host",
        DeviceTrack.CopyToDevice => "copies to the card",
        DeviceTrack.CopyToHost => "copies to the host",
        _ => "compute",
    };

    private static void WriteName(Utf8JsonWriter json, string kind, int thread, string name)
    {
        json.WriteStartObject();
        json.WriteString("name", kind);
        json.WriteString("ph", "M");
        json.WriteNumber("pid", Process);
        json.WriteNumber("tid", thread);
        json.WriteStartObject("args");
        json.WriteString("name", name);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
