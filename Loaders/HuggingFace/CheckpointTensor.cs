using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>A tensor of a checkpoint, wherever among its files it lies. It lives as long as its <see cref="TensorStore"/>.</summary>
public sealed class CheckpointTensor
{
    /// <summary>A window on the file is a span of bytes, so a large tensor is read in several.</summary>
    private const int ElementsPerPortion = 1 << 20;

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

    /// <summary>All elements of an F32, F16 or BF16 tensor as F32, row-major. Exact: every value of these types is one of F32.</summary>
    /// <param name="destination">As many elements as the tensor has.</param>
    /// <exception cref="CheckpointException">The tensor is of another type (<see cref="CheckpointError.UnsupportedType"/>).</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length.</exception>
    public void Widen(Span<float> destination)
    {
        int elementBytes = WidenedElementBytes();
        if (destination.Length != Bytes / elementBytes)
        {
            throw new ArgumentException($"Tensor '{Name}' has {Bytes / elementBytes} elements, the destination has {destination.Length}.", nameof(destination));
        }

        Widen(0, destination);
    }

    /// <summary>Some elements of an F32, F16 or BF16 tensor as F32.</summary>
    /// <param name="first">The first, from the tensor's start.</param>
    /// <param name="destination">Receives as many as it is long.</param>
    /// <exception cref="CheckpointException">The tensor is of another type (<see cref="CheckpointError.UnsupportedType"/>).</exception>
    /// <exception cref="ArgumentOutOfRangeException">It has not so many.</exception>
    public void Widen(long first, Span<float> destination)
    {
        int elementBytes = WidenedElementBytes();
        while (!destination.IsEmpty)
        {
            Span<float> portion = destination[..Math.Min(ElementsPerPortion, destination.Length)];
            Widen(Read(first * elementBytes, portion.Length * elementBytes), portion);
            destination = destination[portion.Length..];
            first += portion.Length;
        }
    }

    private int WidenedElementBytes() => Type is TensorType.F32 or TensorType.F16 or TensorType.BF16
        ? Type.Bits() / 8
        : throw new CheckpointException(
            CheckpointError.UnsupportedType,
            FilePath,
            Name,
            $"is stored as {Type.Spelling()}; F32, F16 and BF16 are supported. Convert the checkpoint to one of these.");

    /// <summary>Some 32-bit words of a tensor that has such elements.</summary>
    /// <param name="first">The first, from the tensor's start.</param>
    /// <param name="destination">Receives as many as it is long.</param>
    internal void ReadWords(long first, Span<uint> destination)
    {
        Read(first * sizeof(uint), destination.Length * sizeof(uint)).CopyTo(MemoryMarshal.AsBytes(destination));
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(destination, destination);
        }
    }

    private void Widen(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = Type switch
            {
                TensorType.F32 => BinaryPrimitives.ReadSingleLittleEndian(source[(i * 4)..]),
                TensorType.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(source[(i * 2)..]),
                _ => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(source[(i * 2)..]) << 16),
            };
        }
    }
}
