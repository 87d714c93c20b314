using SpecExecNative.Cli.Reports;
using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Quantization;

namespace SpecExecNative.Cli.Inspection;

/// <summary>A model's hyperparameters in words.</summary>
internal static class ConfigReport
{
    /// <param name="config">The model's.</param>
    /// <param name="kvType">Element type in which the device keeps keys and values.</param>
    public static IEnumerable<(string Label, string Words)> Lines(ModelConfig config, DType kvType)
    {
        yield return ("architecture", $"{config.Architecture}{Extras(config)}");
        yield return ("layers", $"{config.Layers}, {config.HiddenSize:N0} wide, MLP {config.IntermediateSize:N0}, RMS norm ε {config.RmsNormEpsilon:0.######e+0}");
        yield return ("attention", $"{config.QueryHeads} query heads, {config.KvHeads} key/value heads of {config.HeadDim}{Window(config)}");
        if (config.Quantization is { } quantization)
        {
            yield return ("quantization", Describe(quantization));
        }

        yield return ("positions", $"RoPE θ {config.RopeTheta:N0}{Scaling(config)}; made for {config.MaxPositionEmbeddings:N0} tokens");
        yield return ("vocabulary", $"{config.VocabularySize:N0} rows, output head {(config.TieWordEmbeddings ? "tied to the embedding" : "of its own")}");
        yield return ("end of text", config.EosTokenIds.Count == 0 ? "no token" : $"token {string.Join(", ", config.EosTokenIds)}");
        long kvBytes = 2L * config.Layers * config.KvHeads * config.HeadDim * kvType.Bytes();
        yield return ("KV cache", $"{Quantity.Bytes(kvBytes)} a token ({kvType})");
    }

    public static string Recommended(GenerationDefaults defaults)
    {
        (string Name, object? Value)[] all =
        [
            ("do_sample", defaults.DoSample),
            ("temperature", defaults.Temperature),
            ("top_k", defaults.TopK),
            ("top_p", defaults.TopP),
            ("min_p", defaults.MinP),
            ("repetition_penalty", defaults.RepetitionPenalty),
        ];
        string[] named = [.. all.Where(d => d.Value is not null).Select(d => $"{d.Name} {d.Value}")];
        return named.Length == 0 ? "nothing about sampling" : string.Join(", ", named);
    }

    private static string Describe(QuantizationConfig quantization)
        => $"{quantization.Method}, {quantization.Bits} bits, {(quantization.GroupSize is { } size ? $"groups of {size:N0}" : "one group a row")}{(quantization.IsSymmetric ? ", symmetric" : "")}{(quantization.HasActOrder ? ", inputs reordered" : "")}";

    private static string Extras(ModelConfig config)
    {
        string[] extras =
        [
            .. config.QkvBias ? ["biases on q, k and v"] : Array.Empty<string>(),
            .. config.OutputBias ? ["bias on the attention's output"] : Array.Empty<string>(),
            .. config.QueryKeyNorm ? ["RMS norm on q and k"] : Array.Empty<string>(),
        ];
        return extras.Length == 0 ? "" : $" with {string.Join(", ", extras)}";
    }

    private static string Window(ModelConfig config)
    {
        int windowed = config.SlidingWindows.Count(w => w is not null);
        return windowed == 0 ? "" : $"; {windowed} layers see the last {config.SlidingWindows.First(w => w is not null):N0} tokens only";
    }

    private static string Scaling(ModelConfig config) => config.RopeScaling is { } scaling
        ? $", llama3 scaling by {scaling.Factor} from {scaling.OriginalMaxPositionEmbeddings:N0} (low {scaling.LowFrequencyFactor}, high {scaling.HighFrequencyFactor})"
        : "";
}
