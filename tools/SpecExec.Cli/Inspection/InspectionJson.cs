using System.Text.Json;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Quantization;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Cli.Inspection;

/// <summary>An inspection for programs. Names of config fields are ours, not those of config.json.</summary>
internal static class InspectionJson
{
    public static void Write(TextWriter output, ModelInspection inspection) => JsonOutput.Write(output, json =>
    {
        json.WriteString("path", inspection.Path);
        json.WriteString("kind", inspection.IsSingleFile ? "file" : "model");
        json.WriteBoolean("supported", inspection.Problems.Count == 0);
        WriteStrings(json, "problems", inspection.Problems);
        WriteConfig(json, inspection.Config);
        WriteGeneration(json, inspection.Generation);
        WriteTokenizer(json, inspection.Tokenizer);
        json.WriteNumber("parameters", inspection.Parameters);
        json.WriteNumber("bytes", inspection.Bytes);
        WriteTypes(json, inspection.Tensors);
        WriteTensors(json, inspection.Tensors);
        WriteStrings(json, "unusedTensors", inspection.UnusedTensors);
        json.WriteStartObject("metadata");
        foreach ((string key, string value) in inspection.Metadata)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    });

    private static void WriteConfig(Utf8JsonWriter json, ModelConfig? config)
    {
        if (config is null)
        {
            json.WriteNull("config");
            return;
        }

        json.WriteStartObject("config");
        json.WriteString("architecture", config.Architecture.ToString());
        json.WriteNumber("vocabularySize", config.VocabularySize);
        json.WriteNumber("hiddenSize", config.HiddenSize);
        json.WriteNumber("intermediateSize", config.IntermediateSize);
        json.WriteNumber("layers", config.Layers);
        json.WriteNumber("queryHeads", config.QueryHeads);
        json.WriteNumber("kvHeads", config.KvHeads);
        json.WriteNumber("headDim", config.HeadDim);
        json.WriteNumber("rmsNormEpsilon", config.RmsNormEpsilon);
        json.WriteNumber("ropeTheta", config.RopeTheta);
        WriteRopeScaling(json, config.RopeScaling);
        WriteQuantization(json, config.Quantization);
        json.WriteNumber("maxPositionEmbeddings", config.MaxPositionEmbeddings);
        json.WriteOptional("slidingWindow", config.SlidingWindows.FirstOrDefault(w => w is not null));
        json.WriteBoolean("tieWordEmbeddings", config.TieWordEmbeddings);
        json.WriteBoolean("qkvBias", config.QkvBias);
        json.WriteBoolean("outputBias", config.OutputBias);
        json.WriteBoolean("queryKeyNorm", config.QueryKeyNorm);
        json.WriteOptional("bosTokenId", config.BosTokenId);
        json.WriteStartArray("eosTokenIds");
        foreach (int id in config.EosTokenIds)
        {
            json.WriteNumberValue(id);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRopeScaling(Utf8JsonWriter json, Llama3RopeScaling? scaling)
    {
        if (scaling is null)
        {
            json.WriteNull("ropeScaling");
            return;
        }

        json.WriteStartObject("ropeScaling");
        json.WriteString("type", "llama3");
        json.WriteNumber("factor", scaling.Factor);
        json.WriteNumber("lowFrequencyFactor", scaling.LowFrequencyFactor);
        json.WriteNumber("highFrequencyFactor", scaling.HighFrequencyFactor);
        json.WriteNumber("originalMaxPositionEmbeddings", scaling.OriginalMaxPositionEmbeddings);
        json.WriteEndObject();
    }

    private static void WriteQuantization(Utf8JsonWriter json, QuantizationConfig? quantization)
    {
        if (quantization is null)
        {
            json.WriteNull("quantization");
            return;
        }

        json.WriteStartObject("quantization");
        json.WriteString("method", quantization.Method.ToString());
        json.WriteNumber("bits", quantization.Bits);
        json.WriteOptional("groupSize", quantization.GroupSize);
        json.WriteBoolean("symmetric", quantization.IsSymmetric);
        json.WriteBoolean("actOrder", quantization.HasActOrder);
        json.WriteEndObject();
    }

    private static void WriteGeneration(Utf8JsonWriter json, GenerationDefaults? defaults)
    {
        json.WriteStartObject("recommendedSampling");
        json.WriteOptional("doSample", defaults?.DoSample);
        json.WriteOptional("temperature", defaults?.Temperature);
        json.WriteOptional("topK", defaults?.TopK);
        json.WriteOptional("topP", defaults?.TopP);
        json.WriteOptional("minP", defaults?.MinP);
        json.WriteOptional("repetitionPenalty", defaults?.RepetitionPenalty);
        json.WriteEndObject();
    }

    private static void WriteTokenizer(Utf8JsonWriter json, TokenizerSummary? tokenizer)
    {
        if (tokenizer is null)
        {
            json.WriteNull("tokenizer");
            return;
        }

        json.WriteStartObject("tokenizer");
        json.WriteNumber("vocabularySize", tokenizer.VocabularySize);
        json.WriteOptional("bosId", tokenizer.BosId);
        json.WriteStartArray("specialTokens");
        foreach ((int id, string text) in tokenizer.SpecialTokens)
        {
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("text", text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTypes(Utf8JsonWriter json, IReadOnlyList<TensorSummary> tensors)
    {
        json.WriteStartObject("types");
        foreach (IGrouping<TensorType, TensorSummary> type in tensors.GroupBy(t => t.Type))
        {
            json.WriteStartObject(type.Key.Spelling());
            json.WriteNumber("tensors", type.Count());
            json.WriteNumber("parameters", type.Sum(t => t.Parameters));
            json.WriteNumber("bytes", type.Sum(t => t.Bytes));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteTensors(Utf8JsonWriter json, IReadOnlyList<TensorSummary> tensors)
    {
        json.WriteStartArray("tensors");
        foreach (TensorSummary tensor in tensors)
        {
            json.WriteStartObject();
            json.WriteString("name", tensor.Name);
            json.WriteString("type", tensor.Type.Spelling());
            json.WriteStartArray("shape");
            foreach (long dimension in tensor.Shape)
            {
                json.WriteNumberValue(dimension);
            }

            json.WriteEndArray();
            json.WriteNumber("bytes", tensor.Bytes);
            json.WriteString("file", tensor.File);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
