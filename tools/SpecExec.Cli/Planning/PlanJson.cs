using System.Text.Json;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Planning;

namespace SpecExecNative.Cli.Planning;

/// <summary>A forecast for programs. Times are in seconds.</summary>
internal static class PlanJson
{
    public static void Write(TextWriter output, PlanCommandRequest request, PairPlan best, IReadOnlyList<PairPlan> all)
        => JsonOutput.Write(output, json =>
        {
            json.WriteBoolean("simulated", true);
            json.WriteString("gpu", request.Card.Name);
            json.WriteString("gpuSource", request.Card.Source);
            json.WriteNumber("linkBytesPerSecond", request.LinkBytesPerSecond ?? request.Card.LinkBytesPerSecond);
            json.WriteString("model", request.Pair.Target.Name);
            json.WriteString("draft", request.Pair.Draft.Name);
            WritePlan(json, best);
            json.WriteStartArray("budgets");
            foreach (PairPlan plan in all)
            {
                json.WriteStartObject();
                WritePlan(json, plan);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    private static void WritePlan(Utf8JsonWriter json, PairPlan plan)
    {
        json.WriteNumber("layers", plan.Memory.Residency.Layers);
        json.WriteNumber("residentLayers", plan.Memory.Residency.ResidentLayers);
        json.WriteNumber("ringSlots", plan.Memory.Residency.Slots);
        json.WriteNumber("streamedBytesPerIteration", plan.StreamedBytes);
        json.WriteString("weights", plan.Place == WeightPlace.Disk ? "disk" : "ram");
        json.WriteNumber("sourceBytesPerSecond", plan.SourceBytesPerSecond);
        json.WriteNumber("treeBudget", plan.TreeBudget);
        json.WriteNumber("treeBatch", plan.TreeBatch);
        json.WriteNumber("treeNodes", plan.TreeNodes);
        json.WriteNumber("draftSteps", plan.DraftSteps);
        json.WriteNumber("iterationSeconds", plan.IterationSeconds);
        json.WriteNumber("streamSeconds", plan.StreamSeconds);
        json.WriteNumber("computeSeconds", plan.ComputeSeconds);
        json.WriteNumber("verifySeconds", plan.VerifySeconds);
        json.WriteNumber("walkSeconds", plan.WalkSeconds);
        json.WriteNumber("draftSeconds", plan.DraftSeconds);
        json.WriteNumber("exposedDraftSeconds", plan.ExposedDraftSeconds);
        json.WriteNumber("copyBusy", plan.CopyBusy);
        json.WriteNumber("copyBusyOverall", plan.CopyBusyOverall);
        json.WriteNumber("computeBusy", plan.ComputeBusy);
        json.WriteNumber("prefillSeconds", plan.PrefillSeconds);
        json.WriteNumber("tokensPerIteration", plan.TokensPerIteration);
        json.WriteNumber("tokensPerSecond", plan.TokensPerSecond);
    }
}
