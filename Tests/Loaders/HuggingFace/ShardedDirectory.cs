using System.Text.Json.Nodes;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Tests.Loaders.HuggingFace;

/// <summary>Writes shards of one-byte tensors and an index over them, right or wrong.</summary>
public static class ShardedDirectory
{
    /// <summary>A shard; tensor number i holds the byte i.</summary>
    public static void WriteShard(this TemporaryDirectory directory, string file, params string[] tensors)
    {
        var writer = new SafetensorsWriter();
        foreach ((int i, string tensor) in tensors.Index())
        {
            writer.Add(tensor, TensorType.U8, [1], new[] { (byte)i });
        }

        writer.Save(directory[file]);
    }

    /// <summary>The index of these pairs.</summary>
    public static void WriteIndex(this TemporaryDirectory directory, params (string Tensor, string File)[] places)
    {
        var map = new JsonObject(places.Select(p => KeyValuePair.Create<string, JsonNode?>(p.Tensor, p.File)));
        var index = new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = places.Length }, ["weight_map"] = map };
        File.WriteAllText(directory["model.safetensors.index.json"], index.ToJsonString());
    }
}
