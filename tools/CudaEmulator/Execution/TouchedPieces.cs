namespace SpecExecNative.CudaEmulator.Execution;

/// <summary>One bit a piece of a block of memory, for reading and for writing. Bits only ever go from 0 to 1.</summary>
internal sealed class TouchedPieces
{
    private const int BitsOfWord = 64;

    private readonly long _bytes;
    private readonly ulong[] _read;
    private readonly ulong[] _written;

    public TouchedPieces(long bytes)
    {
        _bytes = bytes;
        long pieces = (bytes + LaunchFootprint.PieceBytes - 1) / LaunchFootprint.PieceBytes;
        int words = checked((int)((pieces + BitsOfWord - 1) / BitsOfWord));
        (_read, _written) = (new ulong[words], new ulong[words]);
    }

    public void Touch(long offset, long bytes, bool written)
    {
        ulong[] bits = written ? _written : _read;
        long last = (offset + bytes - 1) / LaunchFootprint.PieceBytes;
        for (long piece = offset / LaunchFootprint.PieceBytes; piece <= last; piece++)
        {
            ref ulong word = ref bits[piece / BitsOfWord];
            ulong bit = 1ul << (int)(piece % BitsOfWord);
            if ((Volatile.Read(ref word) & bit) == 0)
            {
                Interlocked.Or(ref word, bit);
            }
        }
    }

    public IEnumerable<(long Offset, long Bytes)> Runs(bool written)
    {
        ulong[] bits = written ? _written : _read;
        long pieces = (long)bits.Length * BitsOfWord;
        for (long piece = 0; piece < pieces; piece++)
        {
            if (bits[piece / BitsOfWord] == 0)
            {
                piece += BitsOfWord - 1 - (piece % BitsOfWord);
                continue;
            }

            long first = piece;
            while (piece < pieces && (bits[piece / BitsOfWord] >> (int)(piece % BitsOfWord) & 1) != 0)
            {
                piece++;
            }

            if (piece > first)
            {
                long offset = first * LaunchFootprint.PieceBytes;
                yield return (offset, Math.Min(piece * LaunchFootprint.PieceBytes, _bytes) - offset);
            }
        }
    }
}
