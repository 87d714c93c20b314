namespace SpecExecNative.Engine.Speculation;

/// <summary>
/// What draft steps bring a growing tree, to foresee whether another one pays. At most, a step brings a token for each node whose children it
/// finds, if the walk comes there; what it brings in truth is what the probabilities of the tree's nodes add up to afterwards and did not
/// before: children are less than certain, and take the places of others.
/// </summary>
internal sealed class StepYield
{
    /// <summary>The last step counts for so much.</summary>
    private const double Weight = 0.5;

    /// <summary>A step's time is certain, while what it brings is the draft's word, and the one behind it will bring less.</summary>
    private const double Caution = 1.5;

    private double _expected;
    private double _before;
    private double _share;

    /// <summary>Begins a tree.</summary>
    public void Begin()
    {
        (_expected, _before) = (0, 0);
        _share = 1;
    }

    /// <summary>A node has come into the tree.</summary>
    public void Add(double logProbability) => _expected += Math.Exp(logProbability);

    /// <summary>A node has been outdone.</summary>
    public void Remove(double logProbability) => _expected -= Math.Exp(logProbability);

    /// <summary>A step that brings <paramref name="most"/> tokens at most is expected to bring what its time is worth.</summary>
    /// <param name="most">Expected accepted tokens.</param>
    /// <param name="worthwhile">What the time would bring otherwise; 0: it costs nothing.</param>
    public bool Pays(double most, double worthwhile) => worthwhile <= 0 || _share * most >= Caution * worthwhile;

    /// <summary>A step is done.</summary>
    /// <param name="most">What it could have brought.</param>
    public void Learn(double most)
    {
        if (most > 0)
        {
            _share += Weight * (((_expected - _before) / most) - _share);
        }

        _before = _expected;
    }
}
