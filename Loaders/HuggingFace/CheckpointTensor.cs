using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>A tensor of a checkpoint, wherever among its files it lies. It lives as long as its <see cref="TensorStore"/>.</summary>
public sealed class CheckpointTensor
{
    private readonly SafetensorsFile _file;
    private readonly TensorInfo _info;

    internal CheckpointTensor(SafetensorsFile file, TensorInfo info)
    {
        _file = file;
        _info = info;
    }

    public string Name => _info.Name;

    public TensorType Type => _info.Type;

    /// <summary>Row-major.</summary>
    public IReadOnlyList<long> Shape => _info.Shape;

    /// <summary>The file that holds it.</summary>
    public string FilePath => _file.Path;

    public long Bytes => _info.Bytes;

    /// <inheritdoc cref="SafetensorsFile.Read"/>
    public ReadOnlySpan<byte> Read(long offset, int length) => _file.Read(_info, offset, length);
}
