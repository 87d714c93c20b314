using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SpecExecNative.Engine.Offload;

/// <summary>
/// The first page of a file of packed layers, little-endian: eight letters, version, key (32 bytes), layers, bytes of each. Layers follow,
/// each on a page of its own.
/// </summary>
/// <param name="Key">SHA-256 of everything that decides what is in the layers.</param>
/// <param name="Layers">All of the model's.</param>
/// <param name="LayerBytes">Of a blob.</param>
internal sealed record PackedHeader(string Key, int Layers, long LayerBytes)
{
    /// <summary>What unbuffered reads are aligned to.</summary>
    public const int PageBytes = 4096;

    /// <summary>Of such files.</summary>
    public const string Extension = ".layers";

    private const int Version = 1;
    private const int KeyOffset = 12;
    private const int LayersOffset = KeyOffset + SHA256.HashSizeInBytes;
    private const int BytesOffset = LayersOffset + sizeof(int);

    private static ReadOnlySpan<byte> Letters => "SPECLAYR"u8;

    /// <summary>From one layer to the next.</summary>
    public long Stride => (LayerBytes + PageBytes - 1) / PageBytes * PageBytes;

    /// <summary>Of the whole file.</summary>
    public long FileBytes => PageBytes + (Layers * Stride);

    /// <summary>The key for what is described.</summary>
    public static string KeyOf(string description) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(description)));

    /// <summary>Where a layer begins.</summary>
    public long OffsetOf(int layer) => PageBytes + (layer * Stride);

    /// <summary>The page.</summary>
    public byte[] ToPage()
    {
        byte[] page = new byte[PageBytes];
        Letters.CopyTo(page);
        BinaryPrimitives.WriteInt32LittleEndian(page.AsSpan(Letters.Length), Version);
        Convert.FromHexString(Key).CopyTo(page, KeyOffset);
        BinaryPrimitives.WriteInt32LittleEndian(page.AsSpan(LayersOffset), Layers);
        BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(BytesOffset), LayerBytes);
        return page;
    }
}
