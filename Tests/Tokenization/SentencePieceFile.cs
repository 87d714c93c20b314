using System.Buffers.Binary;
using System.Text;

namespace SpecExecNative.Tests.Tokenization;

/// <summary>Writes SentencePiece model files for tests (sentencepiece_model.proto).</summary>
internal sealed class SentencePieceFile
{
    private readonly List<byte> _pieces = [];

    public int ModelType { get; set; } = 2;

    public bool AddDummyPrefix { get; set; } = true;

    public bool RemoveExtraWhitespaces { get; set; }

    public bool EscapeWhitespaces { get; set; } = true;

    public byte[] CharacterMap { get; set; } = [];

    public bool WhitespaceAsSuffix { get; set; }

    /// <param name="text">The piece.</param>
    /// <param name="score">Higher merges first.</param>
    /// <param name="type">1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte.</param>
    public SentencePieceFile Add(string text, float score = 0, int type = 1)
    {
        byte[] bits = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bits, score);
        List<byte> piece = [.. Delimited(1, Encoding.UTF8.GetBytes(text)), 0x15, .. bits, .. Varint(3, type)];
        _pieces.AddRange(Delimited(1, [.. piece]));
        return this;
    }

    /// <summary>The three pieces that every such model begins with, then these with falling scores.</summary>
    public static SentencePieceFile With(params string[] pieces)
    {
        SentencePieceFile file = new SentencePieceFile().Add("<unk>", 0, 2).Add("<s>", 0, 3).Add("</s>", 0, 3);
        for (int i = 0; i < pieces.Length; i++)
        {
            file.Add(pieces[i], -i);
        }

        return file;
    }

    public byte[] ToBytes() =>
    [
        .. _pieces,
        .. Delimited(2, [.. Varint(3, ModelType), .. Varint(24, WhitespaceAsSuffix ? 1 : 0), .. Varint(41, 1)]),
        .. Delimited(3,
        [
            .. Delimited(1, "identity"u8.ToArray()), .. Delimited(2, CharacterMap), .. Varint(3, AddDummyPrefix ? 1 : 0),
            .. Varint(4, RemoveExtraWhitespaces ? 1 : 0), .. Varint(5, EscapeWhitespaces ? 1 : 0),
        ]),
    ];

    private static byte[] Delimited(int field, byte[] content) =>
        [.. Number((uint)((field << 3) | 2)), .. Number((uint)content.Length), .. content];

    private static byte[] Varint(int field, int value) => [.. Number((uint)(field << 3)), .. Number((uint)value)];

    private static List<byte> Number(uint value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return bytes;
    }
}
