namespace SpecExecNative.Engine.Speculation;

/// <summary>
/// Foresees how improbable the worst node of a growing tree will be, which says what a draft step had better compute with the rest: a step
/// costs about the same for one node as for many, but a node that is outdone in the end was computed for nothing.
/// </summary>
/// <remarks>
/// How many continuations have a log-probability above −x grows as e^(a·x). The same holds below every node: one that is s above the
/// worst, and whose children are not known yet, will have about e^(a·s) − 1 descendants in the tree. With those and the nodes known already, the
/// worst is where the tree has K. The rate a is learnt from the trees that were grown before.
/// </remarks>
internal sealed class GrowthForecast
{
    /// <summary>Nodes are counted by their log-probability in steps of so much.</summary>
    private const double StepWidth = 0.125;

    /// <summary>Whatever is less probable than e^−50 is counted together.</summary>
    private const int Steps = 400;

    /// <summary>Before a tree was grown: what those of small drafts have.</summary>
    private const double InitialRate = 1;

    /// <summary>A new tree counts for so much.</summary>
    private const double Weight = 0.3;

    private readonly int[] _known = new int[Steps];
    private readonly int[] _open = new int[Steps];
    private double _rate = InitialRate;

    /// <summary>Begins a tree; its root is open.</summary>
    public void Begin()
    {
        Array.Clear(_known);
        Array.Clear(_open);
        _open[0] = 1;
    }

    /// <summary>A node has been found.</summary>
    /// <param name="logProbability">Cumulative, natural logarithm.</param>
    /// <param name="isOpen">It may have children, which are not known yet.</param>
    public void Add(double logProbability, bool isOpen)
    {
        int step = StepOf(logProbability);
        _known[step]++;
        _open[step] += isOpen ? 1 : 0;
    }

    /// <summary>The children of an open node are about to be known.</summary>
    public void Close(double logProbability) => _open[StepOf(logProbability)]--;

    /// <summary>The log-probability that the worst of the <paramref name="budget"/> best nodes is expected to have; −∞ if it is beyond what is counted singly.</summary>
    public double WorstOf(int budget)
    {
        int known = 0;
        int open = 0;
        double reach = 0; // Σ e^(a·r) over the open nodes so far
        for (int step = 0; step < Steps - 1; step++) // of the last one only the beginning is known
        {
            known += _known[step];
            open += _open[step];
            reach += _open[step] * Math.Exp(-_rate * (step + 0.5) * StepWidth);
            double worst = -(step + 1) * StepWidth;
            double expected = reach > 0 ? reach * Math.Exp(-_rate * worst) : 0;
            if (known - open + expected >= budget)
            {
                return worst;
            }
        }

        return double.NegativeInfinity;
    }

    /// <summary>Learns from a tree that is finished: nothing that was left out could have entered it.</summary>
    /// <param name="budget">Nodes.</param>
    /// <param name="worst">Log-probability of its worst one.</param>
    public void Learn(int budget, double worst)
        => _rate += Weight * ((Math.Log(budget + 1) / Math.Max(StepWidth, -worst)) - _rate);

    private static int StepOf(double logProbability) => (int)Math.Min(Steps - 1, -logProbability / StepWidth);
}
