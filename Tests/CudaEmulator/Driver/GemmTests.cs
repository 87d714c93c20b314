using NUnit.Framework;
using SpecExecNative.CudaEmulator.Blas;
using SpecExecNative.CudaEmulator.Driver;
using SpecExecNative.CudaEmulator.Driver.Calls;

namespace SpecExecNative.Tests.CudaEmulator.Driver;

/// <summary>cublasGemmEx against its definition, written with integers so that every bit is known.</summary>
public sealed unsafe class GemmTests
{
    private const int M = 5;
    private const int N = 3;
    private const int K = 7;
    private const int Gap = 2;

    [Test]
    public void TheProductIsExactInEveryLayoutAndType(
        [Values] bool transposeA, [Values] bool transposeB, [Values] ElementTypes types, [Values(0f, 2f)] float beta)
    {
        using var card = new EmulatedCard();
        (ElementType input, ElementType output) = Types(types);
        int[,] a = Numbers(M, K, 1);
        int[,] b = Numbers(K, N, 2);
        int[,] before = Numbers(M, N, 3);
        Matrix left = Store(card, a, transposeA, input);
        Matrix right = Store(card, b, transposeB, input);
        Matrix result = Store(card, before, false, output);
        nint handle = BlasCalls.Create(card.Driver);
        nint stream = card.Stream();
        BlasCalls.SetStream(card.Driver, handle, stream);
        ContextCalls.Synchronize(card.Driver);
        BlasCalls.Gemm(card.Driver, handle, new GemmWork(left, transposeA, right, transposeB, result, 3, beta));
        card.Synchronize(stream);

        int[,] stored = Load(card, result);
        for (int row = 0; row < M; row++)
        {
            for (int column = 0; column < N; column++)
            {
                int expected = (int)beta * before[row, column];
                for (int k = 0; k < K; k++)
                {
                    expected += 3 * a[row, k] * b[k, column];
                }

                Assert.That(stored[row, column], Is.EqualTo(expected), $"row {row}, column {column}");
            }
        }

        Assert.That(card.Finding, Is.Null);
    }

    [Test]
    public void ResultsAreRoundedToNearestEven()
    {
        using var card = new EmulatedCard();
        nint handle = BlasCalls.Create(card.Driver);
        foreach ((ElementType type, int exactBits) in new[] { (ElementType.Float16, 11), (ElementType.BFloat16, 8) })
        {
            // One above and three above an even number at twice the type's precision: ties, down and up.
            int even = 1 << exactBits;
            foreach ((int value, int rounded) in new[] { (even + 1, even), (even + 3, even + 4) })
            {
                Matrix one = Store(card, new[,] { { 1 } }, false, ElementType.Float32);
                Matrix number = Store(card, new[,] { { value } }, false, ElementType.Float32);
                Matrix result = Store(card, new[,] { { 0 } }, false, type);
                ContextCalls.Synchronize(card.Driver);
                BlasCalls.Gemm(card.Driver, handle, new GemmWork(one, false, number, false, result, 1, 0));
                Assert.That(Load(card, result)[0, 0], Is.EqualTo(rounded), $"{type} of {value}");
            }
        }
    }

    [Test]
    public void AnInputThatNobodyWroteIsFound()
    {
        using var card = new EmulatedCard();
        var a = new Matrix(card.Allocate(4), ElementType.Float32, 1, 1, 1);
        nint handle = BlasCalls.Create(card.Driver);
        BlasCalls.Gemm(card.Driver, handle, new GemmWork(a, false, a, false, a, 1, 0));
        Assert.That(EmulatedCard.Status(() => ContextCalls.Synchronize(card.Driver)), Is.EqualTo(CudaResult.LaunchFailed));
        Assert.That(card.Finding!.Kind, Is.EqualTo("uninitialised-global"));
    }

    public enum ElementTypes
    {
        F32,
        F16,
        F16ToF32,
        Bf16,
        Bf16ToF32,
    }

    private static (ElementType Input, ElementType Output) Types(ElementTypes types) => types switch
    {
        ElementTypes.F32 => (ElementType.Float32, ElementType.Float32),
        ElementTypes.F16 => (ElementType.Float16, ElementType.Float16),
        ElementTypes.F16ToF32 => (ElementType.Float16, ElementType.Float32),
        ElementTypes.Bf16 => (ElementType.BFloat16, ElementType.BFloat16),
        _ => (ElementType.BFloat16, ElementType.Float32),
    };

    // Small enough that every product and sum is exact in 8 bits of mantissa.
    private static int[,] Numbers(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        int[,] numbers = new int[rows, columns];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i / columns, i % columns] = random.Next(-2, 3);
        }

        return numbers;
    }

    private static Matrix Store(EmulatedCard card, int[,] numbers, bool transposed, ElementType type)
    {
        (int rows, int columns) = transposed ? (numbers.GetLength(1), numbers.GetLength(0)) : (numbers.GetLength(0), numbers.GetLength(1));
        int leading = rows + Gap;
        var matrix = new Matrix(card.Allocate(leading * columns * 4), type, rows, columns, leading);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                float value = transposed ? numbers[column, row] : numbers[row, column];
                uint bits = type switch
                {
                    ElementType.Float32 => BitConverter.SingleToUInt32Bits(value),
                    ElementType.Float16 => BitConverter.HalfToUInt16Bits((Half)value),
                    _ => BitConverter.SingleToUInt32Bits(value) >> 16,
                };
                ulong at = matrix.Address + (ulong)(((column * leading) + row) * matrix.ElementBytes);
                TransferCalls.Upload(card.Driver, at, (nint)(&bits), (nuint)matrix.ElementBytes);
            }
        }

        return matrix;
    }

    private static int[,] Load(EmulatedCard card, Matrix matrix)
    {
        byte[] bytes = card.Read(matrix.Address, (int)matrix.SpanBytes);
        int[,] numbers = new int[matrix.Rows, matrix.Columns];
        for (int i = 0; i < numbers.Length; i++)
        {
            (int row, int column) = (i / matrix.Columns, i % matrix.Columns);
            int at = ((column * matrix.Leading) + row) * matrix.ElementBytes;
            float value = matrix.Type switch
            {
                ElementType.Float32 => BitConverter.ToSingle(bytes, at),
                ElementType.Float16 => (float)BitConverter.ToHalf(bytes, at),
                _ => BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(bytes, at) << 16),
            };
            numbers[row, column] = (int)value;
        }

        return numbers;
    }
}
