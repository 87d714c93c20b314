using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Engine.Planning;

/// <summary>What happens to drafted tokens where there are no models to ask: which children a draft would propose, and which the target would accept.</summary>
public abstract class AcceptanceModel
{
    /// <summary>The draft's probabilities of a node's children, most probable first; their sum is at most 1.</summary>
    /// <param name="node">Names the node: the same node has the same children.</param>
    /// <param name="probabilities">Receives them.</param>
    public abstract void Propose(ulong node, Span<double> probabilities);

    /// <summary>For each node of a tree, how probable it is that the walk comes there: as the draft says, unless it is deceived.</summary>
    /// <returns>In the order of the tree's nodes, each at most what its parent has; the root's is 1.</returns>
    public virtual double[] Reached(TokenTree tree)
    {
        double[] reached = new double[tree.Count];
        for (int node = 0; node < tree.Count; node++)
        {
            reached[node] = Math.Exp(tree[node].CumulativeLogProbability);
        }

        return reached;
    }

    /// <summary>Evenly distributed bits that follow from <paramref name="value"/> (splitmix64, Steele et al. 2014).</summary>
    internal static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>A number from 0 to 1 that follows from <paramref name="value"/>.</summary>
    internal static double Uniform(ulong value) => (Mix(value) >> 11) * (1.0 / (1UL << 53));
}
