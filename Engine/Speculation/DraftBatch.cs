namespace SpecExecNative.Engine.Speculation;

/// <summary>How many nodes a draft step should compute: more make fewer steps, but beyond some number a step takes longer.</summary>
internal static class DraftBatch
{
    /// <summary>Steps that a tree takes however many nodes each computes, before trees have been seen: a node's children are known only after it.</summary>
    public const int UsualLevels = 24;

    /// <summary>How many levels this draft's trees have is not known yet: a larger step that costs hardly more is the better bet.</summary>
    private const double Tolerance = 1.03;

    /// <summary>Steps at a tree's beginning and end that are not full.</summary>
    private const int Ramp = 10;

    private static readonly int[] Sizes = [4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256];

    /// <summary>Sizes worth trying, up to the largest allowed.</summary>
    public static IEnumerable<int> Candidates(int largest) => Sizes.Where(b => b < largest).Append(largest);

    /// <summary>The largest size with which a tree is expected to take hardly more than the least time.</summary>
    /// <param name="curve">Measured: nodes of a step and its seconds.</param>
    /// <param name="budget">Nodes of the tree.</param>
    /// <param name="maxDepth">Of the tree.</param>
    public static (int Nodes, double Seconds) Choose(IReadOnlyList<(int Nodes, double Seconds)> curve, int budget, int maxDepth)
    {
        double Time((int Nodes, double Seconds) step) => step.Seconds * Math.Max(Math.Min(UsualLevels, maxDepth), FullSteps(budget, step.Nodes));
        double least = curve.Min(Time);
        return curve.Where(step => Time(step) <= Tolerance * least).MaxBy(step => step.Nodes);
    }

    /// <summary>Steps of a tree whose levels have more nodes than a step.</summary>
    /// <param name="budget">Nodes of the tree.</param>
    /// <param name="batch">Nodes of a step.</param>
    public static double FullSteps(int budget, int batch) => Ramp + ((double)budget / batch);
}
