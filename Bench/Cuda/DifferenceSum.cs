using System.Globalization;
using System.Runtime.InteropServices;
using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Cuda;

/// <summary>How two results differ, piece by piece.</summary>
/// <param name="tolerance">What is no difference.</param>
internal sealed class DifferenceSum(Tolerance tolerance)
{
    private double _error;
    private double _size;
    private (long Index, double Actual, double Expected)? _first;

    /// <summary>Adds a piece.</summary>
    /// <param name="start">Index of its first element.</param>
    /// <param name="actual">Bytes of the elements.</param>
    /// <param name="expected">Those that they should be.</param>
    /// <param name="type">Their type.</param>
    public void Add(long start, byte[] actual, byte[] expected, DType type)
    {
        if (actual.AsSpan().SequenceEqual(expected))
        {
            return;
        }

        double[] values = Values(actual, type);
        double[] wanted = Values(expected, type);
        double scale = RootMeanSquare(wanted);
        for (int i = 0; i < values.Length; i++)
        {
            (double value, double right) = (values[i], wanted[i]);
            if (double.IsNaN(right) && double.IsNaN(value))
            {
                continue; // neither has written it
            }

            double difference = Math.Abs(value - right);
            _error += difference * difference;
            _size += right * right;
            if (_first is null && !(difference <= tolerance.Element * (Math.Abs(right) + scale)))
            {
                _first = (start + i, value, right);
            }
        }
    }

    /// <summary>Null: they do not differ by more than they may.</summary>
    public string? Describe(int columns)
    {
        string mean = $"normalised mean square error {Text(_error / _size)}";
        return _first is { } first
            ? $"the first element that differs is row {first.Index / columns}, column {first.Index % columns}: {Text(first.Actual)} instead of {Text(first.Expected)} ({mean})"
            : _error <= tolerance.MeanSquare * _size ? null : $"no element stands out, but all together do ({mean})";
    }

    /// <summary>Of what was written.</summary>
    private static double RootMeanSquare(double[] values)
    {
        double squares = 0;
        int count = 0;
        foreach (double value in values)
        {
            bool isNumber = double.IsFinite(value);
            squares += isNumber ? value * value : 0;
            count += isNumber ? 1 : 0;
        }

        return Math.Sqrt(squares / Math.Max(1, count));
    }

    private static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private static double[] Values(byte[] bytes, DType type) => type switch
    {
        DType.F32 => Convert<float>(bytes, x => x),
        DType.I32 => Convert<int>(bytes, x => x),
        DType.F16 => Convert<Half>(bytes, x => (double)x),
        _ => Convert<ushort>(bytes, x => BitConverter.UInt32BitsToSingle((uint)x << 16)),
    };

    private static double[] Convert<T>(byte[] bytes, Func<T, double> widen)
        where T : unmanaged
    {
        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(bytes);
        double[] result = new double[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = widen(values[i]);
        }

        return result;
    }
}
