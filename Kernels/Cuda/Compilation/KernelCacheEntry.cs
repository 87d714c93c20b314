using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>
/// The bytes of one file of the kernel cache, little-endian: magic, format version, the key (64 hexadecimal digits),
/// registers, spill bytes, static shared bytes (−1: not known), length of the machine code, length of the PTX, both,
/// and SHA-256 of everything before it.
/// </summary>
internal static class KernelCacheEntry
{
    /// <summary>Changes whenever the form or the meaning does.</summary>
    public const int FormatVersion = 2;

    private const int KeyLength = 64;
    private const int HeaderBytes = 8 + 4 + KeyLength + (5 * 4);

    private static ReadOnlySpan<byte> Magic => "SPXKERN\n"u8;

    public static byte[] Write(string key, CompiledKernel kernel)
    {
        byte[] file = new byte[HeaderBytes + kernel.Cubin.Length + kernel.Ptx.Length + SHA256.HashSizeInBytes];
        Span<byte> rest = file;
        Magic.CopyTo(rest);
        BinaryPrimitives.WriteInt32LittleEndian(rest[8..], FormatVersion);
        Encoding.ASCII.GetBytes(key, rest.Slice(12, KeyLength));
        rest = rest[(12 + KeyLength)..];
        ReadOnlySpan<int> numbers =
        [
            kernel.Usage?.Registers ?? -1,
            kernel.Usage?.SpillBytes ?? -1,
            kernel.Usage?.StaticSharedBytes ?? -1,
            kernel.Cubin.Length,
            kernel.Ptx.Length,
        ];
        foreach (int number in numbers)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, number);
            rest = rest[4..];
        }

        kernel.Cubin.Span.CopyTo(rest);
        kernel.Ptx.Span.CopyTo(rest[kernel.Cubin.Length..]);
        int end = file.Length - SHA256.HashSizeInBytes;
        SHA256.HashData(file.AsSpan(0, end), file.AsSpan(end));
        return file;
    }

    /// <returns>Null: the bytes are not an undamaged entry of this form for this key.</returns>
    public static CompiledKernel? Read(string key, byte[] file)
    {
        int end = file.Length - SHA256.HashSizeInBytes;
        if (end < HeaderBytes
            || !file.AsSpan(0, 8).SequenceEqual(Magic)
            || BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(8)) != FormatVersion
            || Encoding.ASCII.GetString(file, 12, KeyLength) != key
            || !SHA256.HashData(file.AsSpan(0, end)).AsSpan().SequenceEqual(file.AsSpan(end)))
        {
            return null;
        }

        int Number(int index) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(12 + KeyLength + (4 * index)));
        int cubin = Number(3);
        int ptx = Number(4);
        if (cubin < 0 || ptx < 0 || (long)HeaderBytes + cubin + ptx != end)
        {
            return null;
        }

        KernelUsage? usage = Number(0) < 0 ? null : new KernelUsage(Number(0), Number(1), Number(2));
        return new CompiledKernel(file.AsMemory(HeaderBytes, cubin), file.AsMemory(HeaderBytes + cubin, ptx), usage);
    }
}
