using System.Buffers;
using System.Text;
using System.Text.Json;
using SpecExecNative.CudaEmulator.Blas;
using SpecExecNative.CudaEmulator.Driver.Graphs;
using SpecExecNative.CudaEmulator.Driver.Modules;
using SpecExecNative.CudaEmulator.Driver.Streams;

namespace SpecExecNative.CudaEmulator.Driver.Reporting;

/// <summary>
/// Everything about a driver as JSON: <c>findings</c> (kind, text, code), <c>notes</c> (habit → times), <c>live</c>
/// (objects and bytes by kind), <c>peakDeviceBytes</c>, <c>work</c> (description → count, bytes), <c>calls</c> (entry
/// point → times), <c>totalCalls</c>.
/// </summary>
internal static class DriverReport
{
    internal static string Write(DriverState driver)
    {
        RecordSnapshot record = driver.Record.Snapshot();
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            WriteFindings(json, record.Findings);
            WriteCounts(json, "notes", record.Notes);
            WriteLive(json, driver);
            WriteWork(json, record.Work);
            WriteCounts(json, "calls", record.Calls);
            json.WriteNumber("totalCalls", record.TotalCalls);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteFindings(Utf8JsonWriter json, IReadOnlyList<Finding> findings)
    {
        json.WriteStartArray("findings");
        foreach (Finding finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("kind", finding.Kind);
            json.WriteString("text", finding.Text);
            json.WriteNumber("code", (int)finding.Result);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLive(Utf8JsonWriter json, DriverState driver)
    {
        lock (driver.Gate)
        {
            Context[] contexts = [.. driver.Contexts];
            json.WriteStartObject("live");
            json.WriteNumber("contexts", contexts.Length);
            json.WriteNumber("deviceAllocations", contexts.Sum(context => context.Heap.Count));
            json.WriteNumber("deviceBytes", contexts.Sum(context => context.Heap.UsedBytes));
            json.WriteNumber("pinnedAllocations", contexts.Sum(context => context.Pinned.Ranges.Count(range => !range.IsRegistered)));
            json.WriteNumber("registeredRanges", contexts.Sum(context => context.Pinned.Ranges.Count(range => range.IsRegistered)));
            json.WriteNumber("pinnedBytes", contexts.Sum(context => context.Pinned.Bytes));
            json.WriteNumber("streams", driver.Handles.Count<CudaStream>());
            json.WriteNumber("events", driver.Handles.Count<CudaEvent>());
            json.WriteNumber("modules", driver.Handles.Count<Module>());
            json.WriteNumber("graphs", driver.Handles.Count<Graph>());
            json.WriteNumber("graphExecs", driver.Handles.Count<GraphExec>());
            json.WriteNumber("blasHandles", driver.Handles.Count<BlasHandle>());
            json.WriteEndObject();
            json.WriteNumber("peakDeviceBytes", contexts.Length == 0 ? 0 : contexts.Max(context => context.Heap.PeakBytes));
        }
    }

    private static void WriteWork(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, (long Count, long Bytes)>> work)
    {
        json.WriteStartObject("work");
        foreach ((string kind, (long count, long bytes)) in work)
        {
            json.WriteStartObject(kind);
            json.WriteNumber("count", count);
            json.WriteNumber("bytes", bytes);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteCounts(Utf8JsonWriter json, string name, IReadOnlyList<KeyValuePair<string, long>> counts)
    {
        json.WriteStartObject(name);
        foreach ((string key, long count) in counts)
        {
            json.WriteNumber(key, count);
        }

        json.WriteEndObject();
    }
}
