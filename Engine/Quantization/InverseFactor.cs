using System.Numerics.Tensors;

namespace SpecExecNative.Engine.Quantization;

/// <summary>
/// U, upper triangular, with H⁻¹ = Uᵀ·U: what GPTQ needs of a Hessian (Frantar et al. 2023, section 3.3 step 3). Instead of inverting H and
/// factoring the inverse, H is factored from its end, H = R·Rᵀ with R upper triangular; then U = R⁻¹: half the work, and no inverse of H to
/// lose digits in. All in the memory of H.
/// </summary>
internal sealed class InverseFactor
{
    /// <summary>Columns that are factored, or rows that are inverted, together: their data stays near while the rest passes by.</summary>
    private const int Block = 32;

    private readonly double[] _elements;
    private readonly int _size;

    private InverseFactor(double[] elements, int size) => (_elements, _size) = (elements, size);

    /// <summary>Factors.</summary>
    /// <param name="hessian">Row-major K × K, of which the upper triangle is read; becomes U's memory.</param>
    /// <param name="size">K.</param>
    /// <param name="cancellation">Between two blocks.</param>
    /// <exception cref="ArithmeticException">It is not positive definite.</exception>
    public static InverseFactor Of(double[] hessian, int size, CancellationToken cancellation)
    {
        var factor = new InverseFactor(hessian, size);
        for (int end = size; end > 0; end -= Block)
        {
            cancellation.ThrowIfCancellationRequested();
            factor.FactorColumns(Math.Max(0, end - Block), end);
        }

        double[] reciprocals = [.. Enumerable.Range(0, size).Select(i => 1 / factor.At(i, i))];
        Parallel.For(0, ((size - 1) / Block) + 1, new ParallelOptions { CancellationToken = cancellation }, block =>
            factor.InvertRows(block * Block, Math.Min(size, (block + 1) * Block), reciprocals));
        factor.MoveUp(reciprocals);
        return factor;
    }

    /// <summary>U[i, i].</summary>
    public double Diagonal(int i) => At(i, i);

    /// <summary>U[i, from … to − 1], from ≥ i.</summary>
    public ReadOnlySpan<double> Row(int i, int from, int to) => Elements(i, from, to);

    private ref double At(int i, int j) => ref _elements[(i * _size) + j];

    private Span<double> Elements(int row, int from, int to) => _elements.AsSpan((row * _size) + from, to - from);

    /// <summary>Columns of R, those behind them being done: R[i, j] = (H[i, j] − Σ_{k>j} R[i, k]·R[j, k]) / R[j, j].</summary>
    private void FactorColumns(int first, int end)
    {
        if (end < _size)
        {
            Parallel.For(0, end, i =>
            {
                for (int j = Math.Max(first, i); j < end; j++)
                {
                    At(i, j) -= TensorPrimitives.Dot<double>(Elements(i, end, _size), Elements(j, end, _size));
                }
            });
        }

        for (int j = end - 1; j >= first; j--)
        {
            double square = At(j, j) - TensorPrimitives.Dot<double>(Elements(j, j + 1, end), Elements(j, j + 1, end));
            if (!(square > 0))
            {
                throw new ArithmeticException("are so alike that their Hessian cannot be factored");
            }

            At(j, j) = Math.Sqrt(square);
            int column = j;
            Parallel.For(0, j, i =>
                At(i, column) = (At(i, column) - TensorPrimitives.Dot<double>(Elements(i, column + 1, end), Elements(column, column + 1, end))) / At(column, column));
        }
    }

    /// <summary>Columns of U as rows of the lower triangle: U[i, j] = −Σ_{i&lt;k≤j} R[i, k]·U[k, j] / R[i, i], from the diagonal up.</summary>
    private void InvertRows(int first, int end, double[] reciprocals)
    {
        // The diagonal belongs to R, so U's last summand stands apart.
        for (int i = end - 2; i >= 0; i--)
        {
            for (int j = Math.Max(first, i + 1); j < end; j++)
            {
                double sum = TensorPrimitives.Dot<double>(Elements(i, i + 1, j), Elements(j, i + 1, j)) + (At(i, j) * reciprocals[j]);
                At(j, i) = -sum * reciprocals[i];
            }
        }
    }

    private void MoveUp(double[] reciprocals)
        => Parallel.For(0, _size, i =>
        {
            At(i, i) = reciprocals[i];
            for (int j = i + 1; j < _size; j++)
            {
                At(i, j) = At(j, i);
            }
        });
}
