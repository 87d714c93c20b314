using SpecExecNative.Cli.Models;

namespace SpecExecNative.Cli.Reports;

/// <summary>The verdict of <c>compare</c>, for programs.</summary>
internal static class ComparisonJson
{
    public static void Write(TextWriter output, TextComparison comparison, ModelSession session, bool perIteration)
        => JsonOutput.Write(output, json =>
        {
            json.WriteBoolean("identical", comparison.IsIdentical);
            if (comparison.FirstDifference is { } at)
            {
                json.WriteNumber("firstDifference", at);
            }
            else
            {
                json.WriteNull("firstDifference");
            }

            json.WriteNumber("tokens", comparison.Plain.TokenIds.Count);
            json.WriteOptional("speedup", comparison.SpeedUp);
            GenerationJson.WriteSetting(json, session, comparison.Plain.Options.Sampling);
            json.WriteStartObject("speculative");
            GenerationJson.WriteResult(json, comparison.Speculative, perIteration);
            json.WriteEndObject();
            json.WriteStartObject("plain");
            GenerationJson.WriteResult(json, comparison.Plain, perIteration);
            json.WriteEndObject();
        });
}
