namespace SpecExecNative.Engine.Speculation;

/// <summary>
/// How sure of itself the draft should be: its temperature, learnt as trees are walked. The sum of a tree's node probabilities is how many of
/// its tokens the draft expects to be accepted; where more are, it is too modest (a target at temperature 0 nearly always follows it), where
/// fewer are, too bold. A draft that is neither ranks the nodes by what they are worth. It decides which nodes the tree has, never the text.
/// </summary>
internal sealed class DraftSharpness
{
    /// <summary>A tree of which twice as many tokens are accepted as were expected changes the temperature by a thirtieth if that was one token, by a fourteenth at most.</summary>
    private const double Gain = 0.07;

    private const double Least = 0.2;
    private const double LeastAtFirst = 0.5;
    private const double Most = 1.5;

    /// <param name="targetTemperature">The target's: where it samples from a sharpened distribution, the draft had better sharpen its own, but not all the way.</param>
    public DraftSharpness(double targetTemperature) => Temperature = Math.Clamp(targetTemperature, LeastAtFirst, 1);

    /// <summary>The draft's logits are divided by this.</summary>
    public double Temperature { get; private set; }

    /// <summary>
    /// Children as the draft at this temperature would have told them, from what it told at temperature 1. Of the tokens behind the last child only
    /// the probability of all together is known: each of them is taken to be as probable as that child, at most.
    /// </summary>
    /// <param name="children">Of a draft step.</param>
    /// <param name="count">Nodes of the step.</param>
    public void Apply(DraftChildren children, int count)
    {
        double power = 1 / Temperature;
        for (int i = 0; i < count; i++)
        {
            Span<float> row = children.LogProbabilities(i);
            double told = 0;
            double sharpened = 0;
            foreach (float logProbability in row)
            {
                told += Math.Exp(logProbability);
                sharpened += Math.Exp(logProbability * power);
            }

            double rest = float.IsFinite(row[^1]) ? Math.Max(0, 1 - told) * Math.Exp(row[^1] * (power - 1)) : 0;
            double total = Math.Log(sharpened + rest);
            for (int child = 0; child < row.Length; child++)
            {
                row[child] = (float)((row[child] * power) - total);
            }
        }
    }

    /// <summary>Learns from a tree that was walked.</summary>
    /// <param name="tree">As it was drafted.</param>
    /// <param name="path">Accepted nodes.</param>
    public void Learn(TokenTree tree, IReadOnlyList<int> path)
    {
        double expected = 0;
        for (int node = 1; node < tree.Count; node++)
        {
            expected += Math.Exp(tree[node].CumulativeLogProbability);
        }

        double surprise = (path.Count - expected) / (1 + expected);
        Temperature = Math.Clamp(Temperature * Math.Exp(-Gain * surprise), Least, Most);
    }
}
