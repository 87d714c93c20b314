using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Loaders.Quantization.Writing;

/// <summary>What a run starts from and how it goes on, so that another run can tell whether it would do the same.</summary>
internal static class SourceIdentity
{
    /// <summary>Config by content, weights by name, size and time: they may be too large to read twice.</summary>
    public static JsonObject Describe(Checkpoint source, GptqRecipe recipe)
    {
        byte[] config = File.ReadAllBytes(Path.Combine(source.Directory, ModelConfigReader.ConfigFileName));
        var json = new JsonObject
        {
            ["source"] = source.Directory,
            ["config_sha256"] = Convert.ToHexStringLower(SHA256.HashData(config)),
        };
        foreach (string file in source.Tensors.Files.Order(StringComparer.Ordinal))
        {
            var info = new FileInfo(file);
            json[Path.GetFileName(file)] = string.Create(CultureInfo.InvariantCulture, $"{info.Length} bytes of {info.LastWriteTimeUtc:O}");
        }

        json["quantization"] = recipe.ToJson(source.Config);
        return json;
    }
}
