using System.Buffers.Binary;

namespace SpecExecNative.Loaders.Tokenization.SentencePiece;

/// <summary>Walks the fields of a protocol-buffer message. Knows no schema; unknown fields are the caller's to skip.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>The current value of a varint field, or of fixed32 and fixed64, as bits.</summary>
    public ulong Bits { get; private set; }

    /// <summary>The current value of a length-delimited field: bytes, string or message.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    public readonly bool AsBoolean => Bits != 0;

    public readonly int AsInteger => unchecked((int)Bits);

    public readonly float AsSingle => BitConverter.UInt32BitsToSingle(unchecked((uint)Bits));

    /// <summary>Moves to the next field; false at the end.</summary>
    /// <exception cref="InvalidDataException">These bytes are no message.</exception>
    public bool Read()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        ulong tag = ReadVarint();
        Field = tag >> 3 is > 0 and <= int.MaxValue ? (int)(tag >> 3) : throw new InvalidDataException("a field number is out of range");
        Payload = default;
        switch (tag & 7)
        {
            case 0:
                Bits = ReadVarint();
                break;
            case 1:
                Bits = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                Payload = Take(ReadVarint());
                break;
            case 5:
                Bits = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw new InvalidDataException($"wire type {tag & 7} of field {Field} is unknown");
        }

        return true;
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
        {
            throw new InvalidDataException($"field {Field} goes past the end");
        }

        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number has more than ten bytes");
    }
}
