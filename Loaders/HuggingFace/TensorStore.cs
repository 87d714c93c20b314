using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>All tensors of a checkpoint directory, in one file or in shards.</summary>
public sealed class TensorStore : IDisposable
{
    /// <summary>The one file of a checkpoint that has no shards.</summary>
    public const string SingleFileName = "model.safetensors";

    private readonly Dictionary<string, CheckpointTensor> _tensors = new(StringComparer.Ordinal);
    private readonly List<SafetensorsFile> _files = [];

    private TensorStore(string directory) => Directory = directory;

    public string Directory { get; }

    /// <summary>Every tensor's name, in no particular order.</summary>
    public IEnumerable<string> Names => _tensors.Keys;

    /// <summary>The files that hold them.</summary>
    public IEnumerable<string> Files => _files.Select(f => f.Path);

    /// <summary>Opens <c>model.safetensors</c> or, where there is none, the shards of its index.</summary>
    /// <exception cref="CheckpointException">There are no weights, or index and shards contradict each other.</exception>
    /// <exception cref="SafetensorsFormatException">A file is damaged.</exception>
    public static TensorStore Open(string directory)
    {
        var store = new TensorStore(directory);
        try
        {
            string single = Path.Combine(directory, SingleFileName);
            string index = Path.Combine(directory, ShardIndex.FileName);
            if (File.Exists(single))
            {
                store.Add(single);
            }
            else if (File.Exists(index))
            {
                store.AddShards(ShardIndex.Read(index));
            }
            else
            {
                throw WithoutWeights(directory);
            }

            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>The tensors of one file, wherever it lies.</summary>
    /// <exception cref="SafetensorsFormatException">It is damaged.</exception>
    internal static TensorStore OpenFile(string path)
    {
        var store = new TensorStore(Path.GetDirectoryName(path)!);
        try
        {
            store.Add(path);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <exception cref="CheckpointException">There is none of that name; the message has the most similar ones.</exception>
    public CheckpointTensor Get(string name)
    {
        if (_tensors.TryGetValue(name, out CheckpointTensor? tensor))
        {
            return tensor;
        }

        string[] similar = [.. SimilarNames.Find(name, _tensors.Keys)];
        string hint = similar.Length == 0 ? string.Empty : $" The most similar names are: {string.Join(", ", similar)}.";
        throw new CheckpointException(
            CheckpointError.MissingTensor, Directory, name, $"is in none of the checkpoint's files ({_tensors.Count} tensors).{hint}");
    }

    public void Dispose()
    {
        foreach (SafetensorsFile file in _files)
        {
            file.Dispose();
        }
    }

    private void Add(string path)
    {
        SafetensorsFile file = SafetensorsFile.Open(path);
        _files.Add(file);
        foreach (TensorInfo info in file.Tensors.Values)
        {
            if (!_tensors.TryAdd(info.Name, new CheckpointTensor(file, info)))
            {
                throw new CheckpointException(
                    CheckpointError.DuplicateTensor, path, info.Name, $"is also in {_tensors[info.Name].FilePath}. Download the checkpoint again.");
            }
        }
    }

    private void AddShards(ShardIndex index)
    {
        // All of them first: a download that stopped early should be told as that, not as its first consequence.
        string[] missing = [.. index.Shards.Where(s => !File.Exists(Path.Combine(Directory, s)))];
        if (missing.Length > 0)
        {
            throw new CheckpointException(
                CheckpointError.MissingShard,
                index.Path,
                null,
                $"names {index.Shards.Count} shards, of which {missing.Length} are not there (the first is {missing[0]}). Finish the download.");
        }

        foreach (string shard in index.Shards)
        {
            Add(Path.Combine(Directory, shard));
        }

        foreach ((string name, string shard) in index.ShardOfTensor)
        {
            CheckPlace(index, name, shard);
        }
    }

    private void CheckPlace(ShardIndex index, string name, string shard)
    {
        if (!_tensors.TryGetValue(name, out CheckpointTensor? tensor))
        {
            throw new CheckpointException(
                CheckpointError.TensorInNoShard, index.Path, name, $"is said to lie in {shard}, but is in no shard. Download the checkpoint again.");
        }

        string actual = Path.GetFileName(tensor.FilePath);
        if (actual != shard)
        {
            throw new CheckpointException(
                CheckpointError.TensorInWrongShard, index.Path, name, $"is said to lie in {shard}, but lies in {actual}. Download the checkpoint again.");
        }
    }

    private static CheckpointException WithoutWeights(string directory)
    {
        string hint = OtherWeights(directory) is { } other
            ? $"It has {other}, but only the safetensors format is read: convert the checkpoint."
            : "Finish the download.";
        return new CheckpointException(
            CheckpointError.NoWeights, directory, null, $"has neither {SingleFileName} nor {ShardIndex.FileName}. {hint}");
    }

    /// <summary>A file with weights in a format that is not read; null if there is none, or the directory cannot be listed.</summary>
    private static string? OtherWeights(string directory)
    {
        string[] others = ["*.bin", "*.gguf", "*.pt", "*.pth"];
        try
        {
            string? other = others.SelectMany(p => System.IO.Directory.EnumerateFiles(directory, p)).FirstOrDefault();
            return Path.GetFileName(other);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
