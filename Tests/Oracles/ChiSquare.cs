namespace SpecExecNative.Tests.Oracles;

/// <summary>Pearson's chi-square test (1900): could these counts be draws from this distribution?</summary>
/// <param name="Statistic">Σ (observed − expected)² / expected over the cells; infinite if something impossible was observed.</param>
/// <param name="DegreesOfFreedom">Cells after pooling, less one.</param>
/// <param name="PValue">Probability of a statistic at least this large if the distribution is right.</param>
public sealed record ChiSquare(double Statistic, int DegreesOfFreedom, double PValue)
{
    /// <summary>Cells with fewer expected counts are pooled: the usual condition for the asymptotic law (Cochran 1954).</summary>
    public const double LeastExpected = 5;

    /// <summary>Tests counts against probabilities.</summary>
    /// <param name="observed">Counts per cell.</param>
    /// <param name="probabilities">Probability per cell; they add up to 1.</param>
    public static ChiSquare Test(IReadOnlyList<long> observed, IReadOnlyList<double> probabilities)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(observed.Count, probabilities.Count);
        double draws = observed.Sum();
        if (observed.Zip(probabilities).Any(cell => cell is { First: > 0, Second: 0 }))
        {
            return new ChiSquare(double.PositiveInfinity, 0, 0);
        }

        List<(double Observed, double Expected)> cells = Pooled(
            observed.Zip(probabilities, (count, p) => ((double)count, draws * p)).Where(cell => cell.Item2 > 0));
        double statistic = cells.Sum(cell => Math.Pow(cell.Observed - cell.Expected, 2) / cell.Expected);
        return new ChiSquare(statistic, cells.Count - 1, UpperTail(statistic, cells.Count - 1));
    }

    /// <summary>P(X ≥ <paramref name="statistic"/>) for X chi-square distributed: the regularised incomplete gamma function Q(dof/2, x/2).</summary>
    public static double UpperTail(double statistic, int degreesOfFreedom)
    {
        (double a, double x) = (degreesOfFreedom / 2.0, statistic / 2);
        if (x <= 0 || a == 0)
        {
            return 1;
        }

        // x^a e^-x / Γ(a), the factor of both expansions; each converges fast on its side of the mean.
        double factor = Math.Exp((a * Math.Log(x)) - x - LogGamma(a));
        return x < a + 1 ? 1 - (factor * LowerSeries(a, x)) : factor * UpperFraction(a, x);
    }

    /// <summary>
    /// Smallest cells first go into one pool, until the pool itself and all that is left expect enough.
    /// </summary>
    private static List<(double Observed, double Expected)> Pooled(IEnumerable<(double Observed, double Expected)> cells)
    {
        List<(double Observed, double Expected)> kept = [];
        (double Observed, double Expected) pool = (0, 0);
        foreach ((double Observed, double Expected) cell in cells.OrderBy(cell => cell.Expected))
        {
            if (cell.Expected < LeastExpected || pool.Expected is > 0 and < LeastExpected)
            {
                pool = (pool.Observed + cell.Observed, pool.Expected + cell.Expected);
            }
            else
            {
                kept.Add(cell);
            }
        }

        if (pool.Expected > 0)
        {
            kept.Add(pool);
        }

        return kept;
    }

    /// <summary>Σ x^n / (a (a+1) … (a+n)) (Abramowitz and Stegun 6.5.29).</summary>
    private static double LowerSeries(double a, double x)
    {
        double term = 1 / a;
        double sum = term;
        for (int n = 1; term > sum * 1e-17; n++)
        {
            term *= x / (a + n);
            sum += term;
        }

        return sum;
    }

    /// <summary>
    /// 1/(x+1−a− 1(1−a)/(x+3−a− 2(2−a)/(x+5−a− …))) (Abramowitz and Stegun 6.5.31, even part), forward by Lentz's method.
    /// </summary>
    private static double UpperFraction(double a, double x)
    {
        double b = x + 1 - a;
        double numerators = double.MaxValue;
        double denominators = 1 / b;
        double value = denominators;
        for (int n = 1; n < 1_000_000; n++)
        {
            double coefficient = n * (a - n);
            b += 2;
            denominators = 1 / (b + (coefficient * denominators));
            numerators = b + (coefficient / numerators);
            value *= numerators * denominators;
            if (Math.Abs((numerators * denominators) - 1) < 1e-15)
            {
                return value;
            }
        }

        throw new ArithmeticException($"no convergence at a = {a}, x = {x}");
    }

    /// <summary>Stirling's series (Abramowitz and Stegun 6.1.41), after lifting the argument above 15, where five terms give all digits.</summary>
    private static double LogGamma(double z)
    {
        double lifted = 0;
        for (; z < 15; z++)
        {
            lifted += Math.Log(z);
        }

        double inverse = 1 / (z * z);
        double correction = ((1.0 / 12) - (inverse * ((1.0 / 360) - (inverse * ((1.0 / 1260) - (inverse * ((1.0 / 1680) - (inverse / 1188)))))))) / z;
        return ((z - 0.5) * Math.Log(z)) - z + (0.5 * Math.Log(2 * Math.PI)) + correction - lifted;
    }
}
