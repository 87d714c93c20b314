namespace SpecExecNative.Engine.Budget;

/// <summary>Seconds over a size, measured at a few sizes and straight between them; beyond the last one on in its direction.</summary>
internal sealed class CostCurve
{
    private readonly (int Size, double Seconds)[] _points;

    /// <param name="points">At least one; sizes ascend.</param>
    public CostCurve(IEnumerable<(int Size, double Seconds)> points)
    {
        _points = [.. points];

        // A larger size does not take less: what seems so is noise.
        for (int i = 1; i < _points.Length; i++)
        {
            _points[i].Seconds = Math.Max(_points[i].Seconds, _points[i - 1].Seconds);
        }
    }

    /// <summary>Seconds at a size.</summary>
    public double At(double size)
    {
        if (_points.Length == 1 || size <= _points[0].Size)
        {
            return _points[0].Seconds;
        }

        int after = 1;
        while (after < _points.Length - 1 && _points[after].Size < size)
        {
            after++;
        }

        (int lowSize, double low) = _points[after - 1];
        (int highSize, double high) = _points[after];
        return low + ((high - low) * (size - lowSize) / (highSize - lowSize));
    }
}
