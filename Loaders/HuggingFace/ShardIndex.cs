using System.Text.Json;
using SpecExecNative.Loaders.Json;

namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>
/// <c>model.safetensors.index.json</c>: which file of the directory holds which tensor.
/// Its <c>metadata</c> is informational and not read.
/// </summary>
public sealed class ShardIndex
{
    /// <summary>Its name in a checkpoint directory.</summary>
    public const string FileName = "model.safetensors.index.json";

    private const string WeightMap = "weight_map";
    private const int MaxBytes = 100_000_000;
    private const int MaxShardNameLength = 255;

    private ShardIndex(string path, IReadOnlyDictionary<string, string> shardOfTensor)
    {
        Path = path;
        ShardOfTensor = shardOfTensor;
        Shards = [.. shardOfTensor.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    public string Path { get; }

    /// <summary>Plain file names, by tensor name.</summary>
    public IReadOnlyDictionary<string, string> ShardOfTensor { get; }

    /// <summary>Every file named, once, sorted.</summary>
    public IReadOnlyList<string> Shards { get; }

    /// <exception cref="CheckpointException">The file cannot be read or is not a valid index.</exception>
    public static ShardIndex Read(string path)
    {
        try
        {
            return Parse(BoundedFile.ReadAll(path, MaxBytes), path);
        }
        catch (Exception e) when (BoundedFile.IsReadError(e))
        {
            throw Invalid(path, $"cannot be read: {e.Message}", e);
        }
    }

    /// <param name="json">The file's bytes.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <exception cref="CheckpointException">They are not a valid index.</exception>
    public static ShardIndex Parse(ReadOnlyMemory<byte> json, string path)
    {
        JsonFields root = JsonFields.Parse(json.Span, out string? problem, out Exception? cause)
            ?? throw Invalid(path, $"is not a valid index: {problem}", cause);
        if (!root.TryGet(WeightMap, out JsonElement map) || JsonFields.Of(map, out problem) is not { } tensors)
        {
            throw Invalid(path, $"has no object `{WeightMap}`, so it says nothing about where tensors are.");
        }

        var shardOfTensor = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string tensor, JsonElement value) in tensors)
        {
            string shard = JsonText.TextOf(value) ?? throw Invalid(path, $"does not give tensor '{tensor}' a file name.");
            if (!IsPlainFileName(shard))
            {
                throw new CheckpointException(
                    CheckpointError.UnsafeShardName,
                    path,
                    tensor,
                    $"is said to lie in '{Shorten(shard)}', which is not a plain file name. Shards must lie beside the index.");
            }

            shardOfTensor.Add(tensor, shard);
        }

        return shardOfTensor.Count > 0
            ? new ShardIndex(path, shardOfTensor)
            : throw Invalid(path, $"names no tensors in `{WeightMap}`.");
    }

    // Windows' separators, drives and streams count everywhere: an index must not mean different things on two systems.
    private static bool IsPlainFileName(string name)
        => name.Length is > 0 and <= MaxShardNameLength
            && name is not ("." or "..")
            && !name.Any(c => c is '/' or '\\' or ':' || char.IsControl(c));

    private static string Shorten(string text) => text.Length <= MaxShardNameLength ? text : $"{text.AsSpan(0, MaxShardNameLength)}...";

    private static CheckpointException Invalid(string path, string problem, Exception? cause = null)
        => new(CheckpointError.InvalidIndex, path, null, problem, cause);
}
