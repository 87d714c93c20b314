using System.Buffers.Binary;
using System.Text.Unicode;

namespace SpecExecNative.Loaders.Safetensors;

/// <summary>
/// The validated header of a safetensors file: <c>u64 N | N bytes of JSON | data buffer</c>.
/// Accepts and refuses exactly what the reference implementation (huggingface/safetensors 0.8) does, in the same order
/// of checks, but for two forms that only its JSON library's conventions allow (a tensor as an array, a dtype as an object).
/// </summary>
public sealed class SafetensorsHeader
{
    /// <summary>Bytes of the length that opens the file.</summary>
    public const int LengthBytes = 8;

    /// <summary>Longest header that the format allows, in bytes.</summary>
    public const int MaxHeaderBytes = 100_000_000;

    private SafetensorsHeader(
        long dataStart, IReadOnlyDictionary<string, TensorInfo> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        DataStart = dataStart;
        Tensors = tensors;
        Metadata = metadata;
    }

    /// <summary>Where the data buffer starts, in bytes from the start of the file.</summary>
    public long DataStart { get; }

    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>The header's <c>__metadata__</c>; empty if it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads the header of a file without needing the rest of it.</summary>
    /// <param name="start">The file's first bytes: the whole header at least, unless the file itself is shorter.</param>
    /// <param name="fileLength">Length of the whole file in bytes.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <exception cref="SafetensorsFormatException">The header is invalid.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> start, long fileLength, string path)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start.Length, fileLength);
        if (fileLength < LengthBytes)
        {
            throw new SafetensorsFormatException(
                SafetensorsError.HeaderTooSmall, path, null, $"the file has {fileLength} bytes, too few for a safetensors header. Download it again.");
        }

        ulong headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (headerBytes > MaxHeaderBytes)
        {
            throw new SafetensorsFormatException(
                SafetensorsError.HeaderTooLarge, path, null, $"the header claims {headerBytes} bytes, more than the {MaxHeaderBytes} that the format allows. This is not a safetensors file.");
        }

        long dataStart = LengthBytes + (long)headerBytes;
        if (dataStart > fileLength)
        {
            throw new SafetensorsFormatException(
                SafetensorsError.InvalidHeaderLength, path, null, $"the header claims {headerBytes} bytes, but the file ends after {fileLength}. Download it again.");
        }

        ReadOnlySpan<byte> json = start[LengthBytes..(int)dataStart];
        if (!Utf8.IsValid(json))
        {
            throw new SafetensorsFormatException(
                SafetensorsError.InvalidHeader, path, null, "the header is not UTF-8. This is not a safetensors file, or it is damaged.");
        }

        HeaderJson declared = HeaderJson.Parse(json, path);
        Dictionary<string, TensorInfo> tensors = HeaderLayout.Check(declared.Tensors, dataStart, fileLength, path);
        return new SafetensorsHeader(dataStart, tensors, declared.Metadata);
    }
}
