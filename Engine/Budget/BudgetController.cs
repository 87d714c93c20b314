using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Engine.Budget;

/// <summary>
/// Chooses K for each iteration: the budget with the most expected tokens per second. What a pass costs is measured once (a layer at several
/// sizes), what streaming and drafting cost is learnt from the iterations, and so is what becomes of drafted tokens.
/// </summary>
internal sealed class BudgetController
{
    /// <summary>A new time counts for so much.</summary>
    private const double Weight = 0.2;

    /// <summary>A pass that takes so much longer than its computing surely waits for the stream.</summary>
    private const double StreamBound = 1.2;

    private readonly CostCurve _compute;
    private readonly int[] _candidates;
    private readonly int _batch;
    private readonly AcceptanceEstimate _acceptance = new();
    private double _streamSeconds;
    private double _stepSeconds;
    private double _levels; // of a tree: draft steps that it takes however large they are
    private double _walkSeconds;
    private bool _hasLearnt;
    private bool _knowsLevels;

    /// <param name="compute">Seconds of a whole pass over so many rows if it need not wait for weights.</param>
    /// <param name="streamSeconds">Of the streamed layers at the link's rate; 0: nothing streams.</param>
    /// <param name="stepSeconds">Of a draft step.</param>
    /// <param name="batch">Nodes of a draft step.</param>
    /// <param name="largest">The largest budget that there is memory for.</param>
    public BudgetController(CostCurve compute, double streamSeconds, double stepSeconds, int batch, int largest)
    {
        _compute = compute;
        _streamSeconds = streamSeconds;
        _stepSeconds = stepSeconds;
        _batch = batch;
        _levels = DraftBatch.UsualLevels;
        _candidates = [.. CandidatesUpTo(largest).Distinct()];
    }

    /// <summary>The budget for the next tree.</summary>
    public BudgetDecision Choose() => _candidates.Select(Expect).MaxBy(d => d.TokensPerSecond);

    /// <summary>What is expected of a budget.</summary>
    public BudgetDecision Expect(int budget) => new(
        budget,
        _acceptance.TokensPerIteration(budget),
        _stepSeconds * Math.Min(budget, Math.Max(_levels, DraftBatch.FullSteps(budget, _batch))), // each step finds a node at least
        _streamSeconds,
        _compute.At(budget + 1),
        _walkSeconds)
    {
        StepSeconds = _stepSeconds,
    };

    /// <summary>Learns from an iteration.</summary>
    public void Learn(TokenTree tree, IReadOnlyList<int> path, in IterationStatistics iteration)
    {
        _acceptance.Learn(tree, path);
        double verify = iteration.Verify.TotalSeconds;
        if (_streamSeconds > 0 && verify > StreamBound * _compute.At(tree.Count))
        {
            _streamSeconds = Blend(_streamSeconds, verify);
        }

        if (iteration.DraftSteps > 0)
        {
            _stepSeconds = Blend(_stepSeconds, iteration.Draft.TotalSeconds / iteration.DraftSteps);
            LearnLevels(iteration.DraftSteps, DraftBatch.FullSteps(tree.Count - 1, _batch));
        }

        _walkSeconds = Blend(_walkSeconds, iteration.Walk.TotalSeconds);
        _hasLearnt = true;
    }

    /// <summary>Steps say how many levels a tree has unless it took so many because its levels do not fit into a step.</summary>
    private void LearnLevels(int steps, double fullSteps)
    {
        if (steps > fullSteps || steps < _levels)
        {
            _levels += (_knowsLevels ? Weight : 1) * (steps - _levels);
            _knowsLevels = true;
        }
    }

    private static IEnumerable<int> CandidatesUpTo(int largest)
    {
        const int Smallest = 1;
        const double Step = 1.19; // four to a doubling
        for (double budget = Smallest; budget < largest; budget *= Step)
        {
            yield return (int)budget;
        }

        yield return largest;
    }

    /// <summary>The first measurement counts for all that was assumed.</summary>
    private double Blend(double old, double measured) => old + ((_hasLearnt ? Weight : 1) * (measured - old));
}
