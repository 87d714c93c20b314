using System.Text.Json;

namespace SpecExecNative.Tests.Cli;

/// <summary>How a command line ended, and what it said.</summary>
internal sealed record CliResult(int Code, string Output, string Error)
{
    /// <summary>The output, which must be one JSON object and nothing else.</summary>
    public JsonElement Json
    {
        get
        {
            using JsonDocument document = JsonDocument.Parse(Output);
            return document.RootElement.Clone();
        }
    }

    public int[] TokenIds => [.. Json.GetProperty("tokenIds").EnumerateArray().Select(t => t.GetInt32())];
}
