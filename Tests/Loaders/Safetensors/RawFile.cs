using System.Buffers.Binary;
using System.Text;

namespace SpecExecNative.Tests.Loaders.Safetensors;

/// <summary>Puts safetensors files together by hand, right or wrong.</summary>
public static class RawFile
{
    /// <summary>A file whose length field fits its header.</summary>
    public static byte[] With(string header, int dataBytes) => With(Encoding.UTF8.GetBytes(header), dataBytes);

    /// <inheritdoc cref="With(string, int)"/>
    public static byte[] With(byte[] header, int dataBytes) => WithLength((ulong)header.Length, header, dataBytes);

    /// <summary>A file that claims any header length.</summary>
    public static byte[] WithLength(ulong claimed, byte[] header, int dataBytes)
    {
        byte[] file = new byte[8 + header.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(file, claimed);
        header.CopyTo(file, 8);
        return file;
    }
}
