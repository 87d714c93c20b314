using System.Text.Json;
using SpecExecNative.Cli.Evaluation;
using SpecExecNative.Engine.Evaluation;

namespace SpecExecNative.Cli.Reports;

/// <summary>What <c>perplexity</c> has measured, for programs. Losses and divergences are in nats per token.</summary>
internal static class PerplexityJson
{
    public static void Write(TextWriter output, PerplexityResult result, TextWindows windows, EvaluatedModels models, string device)
        => JsonOutput.Write(output, json =>
        {
            json.WriteString("model", models.Model.Name);
            json.WriteString("device", device);
            json.WriteNumber("ctx", windows.Options.ContextLength);
            json.WriteNumber("stride", windows.Options.EffectiveStride);
            json.WriteNumber("windows", windows.Count);
            json.WriteNumber("tokens", result.Tokens);
            json.WriteOptional("perplexity", result.Perplexity);
            json.WriteOptional("perplexityStandardError", result.PerplexityStandardError);
            json.WriteNumber("nll", result.Loss.Mean);
            json.WriteOptional("standardError", result.Loss.StandardError);
            json.WriteNumber("seconds", result.Elapsed.TotalSeconds);
            json.WriteNumber("tokensPerSecond", result.TokensPerSecond);
            if (result.Reference is { } reference)
            {
                json.WriteString("reference", models.Reference!.Name);
                WriteReference(json, reference);
                json.WriteOptional("perplexityRatio", result.PerplexityRatio);
            }
        });

    private static void WriteReference(Utf8JsonWriter json, ReferenceResult reference)
    {
        json.WriteOptional("referencePerplexity", reference.Perplexity);
        json.WriteNumber("referenceNll", reference.Loss.Mean);
        json.WriteStartObject("klDivergence");
        json.WriteNumber("mean", reference.Divergence.Mean);
        json.WriteOptional("standardError", reference.Divergence.StandardError);
        json.WriteNumber("max", reference.LargestDivergence);
        json.WriteEndObject();
        json.WriteNumber("sameTopToken", reference.SameTopToken);
    }
}
