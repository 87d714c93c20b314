using SpecExecNative.Bench.Cuda.Ops;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Cuda.Files;

/// <summary>A user's kernel against ours: the same op over the same data, once with each; if the answers agree, both are timed turn about.</summary>
/// <param name="session">The card.</param>
/// <param name="file">The user's kernel.</param>
internal sealed class KernelFileRates(KernelsSession session, KernelFile file)
{
    /// <summary>Two rows for each queue that comes to the kernel at this shape; none where another kernel does the work.</summary>
    /// <exception cref="WrongResultException">The user's kernel gives other numbers than ours, or ours than its reference.</exception>
    public IEnumerable<Row> Measure(KernelOp op)
        => (op.DependsOnQueue ? session.Queues : session.Queues.Take(1)).SelectMany(queue => Measure(op, queue.Name, queue.Queue));

    private Row[] Measure(KernelOp op, string name, ComputeQueue ours)
    {
        var substitution = new Substitution(file, session.Cuda.Compiler);
        using ComputeQueue yours = session.Cuda.CreateQueue(ReferenceEquals(ours, session.Draft) ? RowResults.BatchDependent : RowResults.Invariant, substitution.Of);
        op.RunReference(session.Naive);
        op.RunChecked(ours, op.Outputs);
        op.RequireReference($"{op.Title(name)}, against its reference");
        op.RunChecked(ours, op.Expected);
        op.RunChecked(yours, op.Outputs);
        if (!substitution.IsTaken)
        {
            return [];
        }

        op.RequireExpected($"{file.Name} in the place of our {file.Source}, {op.Title(name)}");
        using TimedWork timedYours = op.Timed(session.Cuda, yours);
        using TimedWork timedOurs = op.Timed(session.Cuda, ours);
        (Samples seconds, Samples others, Samples ratio) = timedYours.Against(timedOurs, session.Timing);
        return
        [
            Row(op, name, "ours", [.. op.Figures(others, null), .. substitution.OurUsage]),
            Row(op, name, "yours", [.. op.Figures(seconds, null), ratio.Figure("speed over ours", ""), .. substitution.OwnUsage]),
        ];
    }

    private static Row Row(KernelOp op, string queue, string source, IReadOnlyList<Figure> figures)
        => new("kernel file", [new("source", source), .. op.Parameters(queue)], figures);
}
