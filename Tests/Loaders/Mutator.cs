using System.Text;

namespace SpecExecNative.Tests.Loaders;

/// <summary>Damages JSON the way fuzzers do: bits, bytes, pieces, numbers, tokens. The same seed gives the same inputs.</summary>
public sealed class Mutator(int seed, IReadOnlyList<byte[]> corpus)
{
    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "0", "-0", "-1", "1", "2", "3", "4", "7", "16", "1.5", "2.0", "1e0", "1e999", "-1e999", "NaN", "Infinity", "127", "255", "32767", "65536", "2147483647",
            "2147483648", "4294967296", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616",
            "null", "true", "false", "\"\"", "\"a\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"../x\"", "{}", "[]", "[[[[", "]]]]", "{\"a\":{\"a\":", "}}", ",", ":",
            "\"", "\\", "\\u0000", "\0", "\n", " ", "//", "/*", "\ufeff", "\"dtype\":\"F32\"", "\"shape\":[1]", "\"data_offsets\":[0,4]", "\"__metadata__\":{}",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private readonly Random _random = new(seed);

    /// <summary>A damaged copy of one of the corpus. One time in sixteen it is left whole.</summary>
    public byte[] Next() => Next(out _);

    /// <inheritdoc cref="Next()"/>
    /// <param name="original">Which of the corpus it was.</param>
    public byte[] Next(out int original)
    {
        original = _random.Next(corpus.Count);
        List<byte> bytes = [.. corpus[original]];
        if (_random.Next(16) != 0)
        {
            // Mostly one change: the first fault hides the others.
            do
            {
                Change(bytes);
            }
            while (_random.Next(3) == 0);
        }

        return [.. bytes];
    }

    private void Change(List<byte> bytes)
    {
        int at = _random.Next(bytes.Count + 1);
        int length = Math.Min(_random.Next(1, 24), bytes.Count - at);
        switch (_random.Next(12))
        {
            case 0 when length > 0:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when length > 0:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(_random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 4:
                bytes.InsertRange(at, Tokens[_random.Next(Tokens.Length)]);
                break;
            case 5:
            case 6:
            case 7:
                ReplaceNumber(bytes, at);
                break;
            case 8:
                byte[] other = corpus[_random.Next(corpus.Count)];
                int from = _random.Next(other.Length);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(other.Length - from, length + 8)).ToArray());
                break;
            default:
                if (_random.Next(4) == 0)
                {
                    bytes.RemoveRange(at, bytes.Count - at);
                }

                break;
        }
    }

    /// <summary>The first number or literal from a place on becomes another value.</summary>
    private void ReplaceNumber(List<byte> bytes, int at)
    {
        int start = bytes.FindIndex(at, b => b is >= (byte)'0' and <= (byte)'9');
        if (start >= 0)
        {
            int end = bytes.FindIndex(start, b => b is < (byte)'0' or > (byte)'9');
            bytes.RemoveRange(start, (end < 0 ? bytes.Count : end) - start);
            bytes.InsertRange(start, Tokens[_random.Next(Tokens.Length)]);
        }
    }
}
