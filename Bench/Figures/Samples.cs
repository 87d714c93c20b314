namespace SpecExecNative.Bench.Figures;

/// <summary>Repeated readings of one quantity, best first.</summary>
internal sealed class Samples
{
    private readonly double[] _bestFirst;

    private Samples(double[] bestFirst)
    {
        if (bestFirst.Length == 0)
        {
            throw new ArgumentException("There must be a sample.", nameof(bestFirst));
        }

        _bestFirst = bestFirst;
    }

    public int Count => _bestFirst.Length;

    public double Best => _bestFirst[0];

    /// <summary>The one in the middle, or what lies midway between the two.</summary>
    public double Median => (_bestFirst[(Count - 1) / 2] + _bestFirst[Count / 2]) / 2;

    /// <summary>The sample that 95 % are as good as, or better (nearest rank).</summary>
    public double P95 => _bestFirst[(int)Math.Ceiling(0.95 * Count) - 1];

    /// <summary>Readings of which smaller ones are better: times.</summary>
    public static Samples OfCosts(IEnumerable<double> values) => new([.. values.Order()]);

    /// <summary>Readings of which larger ones are better: rates.</summary>
    public static Samples OfRates(IEnumerable<double> values) => new([.. values.OrderDescending()]);

    /// <summary>Times as rates: so much of something in each of them. The best stays the best.</summary>
    public Samples Rates(double amount) => new([.. _bestFirst.Select(seconds => amount / seconds)]);

    /// <summary>In another unit.</summary>
    public Samples Times(double factor) => new([.. _bestFirst.Select(value => value * factor)]);

    /// <summary>Median and p95; a single sample has no p95.</summary>
    public Figure Figure(string name, string unit, Origin origin = Origin.Measured)
        => new(name, Median, unit, origin) { P95 = Count > 1 ? P95 : null, Samples = Count };

    /// <summary>The best sample, for a limit of the machine, which other programs can only hide.</summary>
    public Figure BestFigure(string name, string unit, Origin origin = Origin.Measured) => new(name, Best, unit, origin) { Samples = Count };
}
