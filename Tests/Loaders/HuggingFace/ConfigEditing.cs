using System.Text;
using System.Text.Json.Nodes;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Tests.Loaders.HuggingFace;

/// <summary>Changes one field of a config and reads it.</summary>
public static class ConfigEditing
{
    /// <param name="config">A JSON object.</param>
    /// <param name="field">Its field, or <c>outer.inner</c>, as deep as it lies.</param>
    /// <param name="value">JSON; null removes the field.</param>
    public static string With(this string config, string field, string? value)
    {
        JsonObject root = JsonNode.Parse(config)!.AsObject();
        string[] path = field.Split('.');
        JsonObject target = path[..^1].Aggregate(root, (node, name) => node[name]!.AsObject());
        if (value is null)
        {
            target.Remove(path[^1]);
        }
        else
        {
            target[path[^1]] = JsonNode.Parse(value);
        }

        return root.ToJsonString();
    }

    public static ModelConfig Parse(this string config) => ModelConfigReader.Parse(Encoding.UTF8.GetBytes(config));

    public static ModelConfig Parse(this string config, string generationConfig)
        => ModelConfigReader.Parse(Encoding.UTF8.GetBytes(config), Encoding.UTF8.GetBytes(generationConfig));
}
