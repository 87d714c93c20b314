using System.Text.Json;
using SpecExecNative.Cli.Models;
using SpecExecNative.Cli.Options;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Cli.Reports;

/// <summary>A generation for programs. Times are in seconds, speeds in tokens per second.</summary>
internal static class GenerationJson
{
    /// <summary>One object with the text, what it was made with and what was measured.</summary>
    public static void Write(TextWriter output, GenerationResult result, ModelSession session, bool perIteration)
        => JsonOutput.Write(output, json =>
        {
            WriteSetting(json, session, result.Options.Sampling);
            WriteResult(json, result, perIteration);
        });

    /// <summary>What all texts of a session have in common.</summary>
    public static void WriteSetting(Utf8JsonWriter json, ModelSession session, SamplingOptions sampling)
    {
        json.WriteString("model", session.Request.Target);
        json.WriteString("draft", session.Request.Draft);
        json.WriteString("device", session.Device.Name);
        json.WriteNumber("contextLength", session.Generator.ContextLength);
        json.WriteNumber("seed", sampling.Seed);
        json.WriteStartObject("sampling");
        json.WriteNumber("temperature", sampling.Temperature);
        json.WriteNumber("topK", sampling.TopK);
        json.WriteNumber("topP", sampling.TopP);
        json.WriteNumber("minP", sampling.MinP);
        json.WriteNumber("repeatPenalty", sampling.RepetitionPenalty);
        json.WriteEndObject();
    }

    /// <summary>One text and its figures.</summary>
    public static void WriteResult(Utf8JsonWriter json, GenerationResult result, bool perIteration)
    {
        GenerationStatistics statistics = result.Statistics;
        json.WriteString("method", MethodNames.NameOf(result.Options.Method));
        WriteTree(json, result.Options.EffectiveTree, statistics.LearntDraftTemperature);
        json.WriteString("text", result.Text);
        json.WriteStartArray("tokenIds");
        foreach (int token in result.TokenIds)
        {
            json.WriteNumberValue(token);
        }

        json.WriteEndArray();
        json.WriteString("finishReason", FinishNames.NameOf(result.Finish));
        json.WriteNumber("promptTokens", statistics.PromptTokens);
        json.WriteNumber("generatedTokens", result.TokenIds.Count);
        json.WriteNumber("iterations", statistics.Iterations.Count);
        json.WriteNumber("tokensPerIteration", statistics.TokensPerIteration);
        json.WriteNumber("drafted", statistics.TreeNodes);
        json.WriteNumber("accepted", statistics.Accepted);
        json.WriteNumber("promptTokensPerSecond", statistics.PromptTokensPerSecond);
        json.WriteNumber("decodeTokensPerSecond", statistics.DecodeTokensPerSecond);
        json.WriteNumber("prefillSeconds", statistics.Prefill.TotalSeconds);
        json.WriteNumber("decodeSeconds", statistics.Decode.TotalSeconds);
        json.WriteNumber("draftSeconds", statistics.Draft.TotalSeconds);
        json.WriteOptional("exposedDraftSeconds", statistics.ExposedDraft?.TotalSeconds);
        json.WriteNumber("verifySeconds", statistics.Verify.TotalSeconds);
        json.WriteNumber("walkSeconds", statistics.Walk.TotalSeconds);
        json.WriteNumber("streamedBytesPerIteration", statistics.StreamedBytesPerIteration);
        json.WriteNumber("streamedBytesPerSecond", statistics.StreamedBytesPerSecond);
        json.WriteOptional("linkBytesPerSecond", statistics.LinkBytesPerSecond);
        json.WriteOptional("copyBusy", statistics.CopyBusy);
        json.WriteOptional("copyBusyOverall", statistics.CopyBusyOverall);
        json.WriteOptional("computeBusy", statistics.ComputeBusy);
        json.WriteNumber("pinnedLayers", statistics.HostLayers.Pinned);
        json.WriteNumber("pageableLayers", statistics.HostLayers.Pageable);
        json.WriteNumber("diskLayers", statistics.HostLayers.Disk);
        json.WriteOptional("plainDecodingSecondsPerToken", result.PlainDecoding?.TotalSeconds);
        json.WriteOptional("speedup", result.SpeedUp);
        if (perIteration)
        {
            WriteIterations(json, statistics.Iterations);
        }
    }

    private static void WriteTree(Utf8JsonWriter json, TreeOptions? tree, double? learnt)
    {
        if (tree is null)
        {
            json.WriteNull("tree");
            return;
        }

        json.WriteStartObject("tree");
        json.WriteNumber("budget", tree.Budget);
        json.WriteBoolean("choosesBudget", tree.ChoosesBudget);
        json.WriteNumber("depth", tree.MaxDepth);
        json.WriteNumber("batch", tree.BatchSize);
        json.WriteNumber("width", tree.BranchWidth);
        json.WriteOptional("minLogProb", tree.MinLogProbability);
        json.WriteBoolean("learnsDraftTemperature", tree.LearnsDraftTemperature);
        json.WriteOptional("draftTemperature", learnt ?? (tree.LearnsDraftTemperature ? null : tree.DraftTemperature));
        json.WriteEndObject();
    }

    private static void WriteIterations(Utf8JsonWriter json, IReadOnlyList<IterationStatistics> iterations)
    {
        json.WriteStartArray("perIteration");
        foreach (IterationStatistics iteration in iterations)
        {
            json.WriteStartObject();
            json.WriteNumber("treeNodes", iteration.TreeNodes);
            json.WriteOptional("expectedTokens", iteration.Decision?.Tokens);
            json.WriteOptional("expectedSeconds", iteration.Decision?.Seconds);
            json.WriteNumber("treeDepth", iteration.TreeDepth);
            json.WriteNumber("draftSteps", iteration.DraftSteps);
            json.WriteNumber("draftComputedNodes", iteration.ComputedNodes);
            json.WriteNumber("accepted", iteration.Accepted);
            json.WriteNumber("tokens", iteration.Tokens);
            json.WriteNumber("draftSeconds", iteration.Draft.TotalSeconds);
            json.WriteNumber("verifySeconds", iteration.Verify.TotalSeconds);
            json.WriteNumber("walkSeconds", iteration.Walk.TotalSeconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
