using System.Numerics;
using System.Runtime.InteropServices;

namespace SpecExecNative.Engine.Quantization;

/// <summary>
/// H = Σ x·xᵀ over the inputs x that a product meets in a calibration text: up to a factor the Hessian of its squared error in each row of
/// weights. Sums of one call are binary32, those over calls binary64; the same calls give the same bits on any number of cores.
/// </summary>
internal sealed class Hessian
{
    /// <summary>An index into the square must be an int.</summary>
    public const int MaxSize = 46_340;

    /// <summary>Inputs that are summed together: two registers of lanes.</summary>
    private static readonly int Panel = 2 * Vector<float>.Count;

    private readonly double[] _upper;

    /// <param name="size">K: inputs.</param>
    public Hessian(int size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MaxSize);
        Size = size;
        _upper = new double[size * size];
    }

    /// <summary>K.</summary>
    public int Size { get; }

    /// <summary>Element (i, j).</summary>
    public double this[int i, int j] => i <= j ? _upper[(i * Size) + j] : _upper[(j * Size) + i];

    /// <summary>Adds inputs.</summary>
    /// <param name="rows"><c>[count, K]</c>, row-major.</param>
    /// <param name="count">Rows.</param>
    /// <exception cref="ArithmeticException">One is not a number.</exception>
    public void Add(ReadOnlySpan<float> rows, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Length, count * Size, nameof(rows));
        float[] panels = PackPanels(rows, count);
        int panelCount = ((Size - 1) / Panel) + 1;
        Parallel.For(0, panelCount, right =>
        {
            for (int left = 0; left <= right; left++)
            {
                AddTile(panels, count, left, right);
            }
        });
        if (!double.IsFinite(this[0, 0]) || Enumerable.Range(0, Size).Any(i => !double.IsFinite(this[i, i])))
        {
            throw new ArithmeticException("are not finite numbers");
        }
    }

    /// <summary>Inputs by falling importance, equal ones by number: GPTQ's act-order.</summary>
    public int[] ByImportance() => [.. Enumerable.Range(0, Size).OrderByDescending(i => this[i, i])];

    /// <summary>
    /// H with its inputs in another order and a share of the mean of its diagonal added to the diagonal: row-major, of which only the upper
    /// triangle is meant. A text that never used any input leaves the identity.
    /// </summary>
    public double[] Damped(double damping, int[]? order)
    {
        double[] damped = new double[_upper.Length];
        Parallel.For(0, Size, i =>
        {
            for (int j = i; j < Size; j++)
            {
                damped[(i * Size) + j] = order is null ? this[i, j] : this[order[i], order[j]];
            }
        });
        double mean = Enumerable.Range(0, Size).Average(i => this[i, i]);
        for (int i = 0; i < Size; i++)
        {
            damped[(i * Size) + i] += mean > 0 ? damping * mean : 1;
        }

        return damped;
    }

    /// <summary><c>[panels][count][Panel]</c>; zeros behind the last input.</summary>
    private float[] PackPanels(ReadOnlySpan<float> rows, int count)
    {
        int panelCount = ((Size - 1) / Panel) + 1;
        float[] panels = new float[panelCount * count * Panel];
        for (int row = 0; row < count; row++)
        {
            for (int panel = 0; panel < panelCount; panel++)
            {
                int first = panel * Panel;
                rows.Slice((row * Size) + first, Math.Min(Panel, Size - first)).CopyTo(panels.AsSpan(((panel * count) + row) * Panel));
            }
        }

        return panels;
    }

    /// <summary>Four inputs of the left panel at a time against all of the right one: eight sums in registers.</summary>
    private void AddTile(float[] panels, int count, int left, int right)
    {
        ref float x = ref panels[left * count * Panel];
        ref float y = ref panels[right * count * Panel];
        Span<float> sums = stackalloc float[4 * Panel];
        for (int i = 0; i < Panel && (left * Panel) + i < Size; i += 4)
        {
            SumFour(ref System.Runtime.CompilerServices.Unsafe.Add(ref x, i), ref y, count, sums);
            for (int k = 0; k < 4 && (left * Panel) + i + k < Size; k++)
            {
                int row = (left * Panel) + i + k;
                for (int lane = 0; lane < Panel && (right * Panel) + lane < Size; lane++)
                {
                    _upper[(row * Size) + (right * Panel) + lane] += sums[(k * Panel) + lane];
                }
            }
        }
    }

    private static void SumFour(ref float x, ref float y, int count, Span<float> sums)
    {
        Vector<float> s00 = Vector<float>.Zero, s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
        for (int row = 0; row < count; row++)
        {
            nuint at = (nuint)(row * Panel);
            Vector<float> y0 = Vector.LoadUnsafe(ref y, at);
            Vector<float> y1 = Vector.LoadUnsafe(ref y, at + (nuint)Vector<float>.Count);
            Vector<float> xi = new(System.Runtime.CompilerServices.Unsafe.Add(ref x, at));
            s00 = Vector.FusedMultiplyAdd(xi, y0, s00);
            s01 = Vector.FusedMultiplyAdd(xi, y1, s01);
            xi = new Vector<float>(System.Runtime.CompilerServices.Unsafe.Add(ref x, at + 1));
            s10 = Vector.FusedMultiplyAdd(xi, y0, s10);
            s11 = Vector.FusedMultiplyAdd(xi, y1, s11);
            xi = new Vector<float>(System.Runtime.CompilerServices.Unsafe.Add(ref x, at + 2));
            s20 = Vector.FusedMultiplyAdd(xi, y0, s20);
            s21 = Vector.FusedMultiplyAdd(xi, y1, s21);
            xi = new Vector<float>(System.Runtime.CompilerServices.Unsafe.Add(ref x, at + 3));
            s30 = Vector.FusedMultiplyAdd(xi, y0, s30);
            s31 = Vector.FusedMultiplyAdd(xi, y1, s31);
        }

        Span<Vector<float>> stored = MemoryMarshal.Cast<float, Vector<float>>(sums);
        (stored[0], stored[1], stored[2], stored[3]) = (s00, s01, s10, s11);
        (stored[4], stored[5], stored[6], stored[7]) = (s20, s21, s30, s31);
    }
}
