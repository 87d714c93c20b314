namespace SpecExecNative.Engine.Evaluation;

/// <summary>Mean and variance of numbers that come one by one (Welford 1962): no sum of squares that could cancel.</summary>
internal sealed class RunningMean
{
    private long _count;
    private double _mean;
    private double _squares;

    public MeanEstimate Estimate => new(_mean, Math.Sqrt(_squares / (_count - 1) / _count));

    public void Add(double value)
    {
        _count++;
        double distance = value - _mean;
        _mean += distance / _count;
        _squares += distance * (value - _mean);
    }
}
