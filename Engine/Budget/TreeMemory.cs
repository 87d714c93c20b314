using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Budget;

/// <summary>
/// How large a tree whose budget is chosen later may become. Keys and values of its nodes take memory that layers could have: a tree may not
/// cost more streaming than a small one does by more than 3 %, or a layer.
/// </summary>
public static class TreeMemory
{
    private const int Smallest = 64;
    private const double MoreStreaming = 1.03;

    /// <summary>The largest of the budgets allowed, halved as often as need be.</summary>
    /// <param name="tree">Its budget is the largest that is allowed.</param>
    /// <param name="plan">Plans the memory for a tree; may find that it does not fit.</param>
    /// <returns>The tree with the budget found, and its plan.</returns>
    /// <exception cref="DeviceOutOfMemoryException">Even the smallest does not fit.</exception>
    public static (TreeOptions Tree, MemoryPlan Plan) Fit(TreeOptions tree, Func<TreeOptions, MemoryPlan> plan)
    {
        TreeOptions small = tree with { Budget = Math.Min(Smallest, tree.Budget) };
        MemoryPlan least = plan(small);
        for (int budget = tree.Budget; budget > small.Budget; budget /= 2)
        {
            TreeOptions larger = tree with { Budget = budget };
            try
            {
                MemoryPlan found = plan(larger);
                if (found.Residency.StreamedLayers <= Math.Max(least.Residency.StreamedLayers + 1, MoreStreaming * least.Residency.StreamedLayers))
                {
                    return (larger, found);
                }
            }
            catch (DeviceOutOfMemoryException)
            {
                // A smaller one may fit.
            }
        }

        return (small, least);
    }
}
