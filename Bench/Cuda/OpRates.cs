using SpecExecNative.Bench.Cuda.Ops;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Cuda;

/// <summary>Checks an op's kernels and, if they are right, times them: the naive one first, where there is one that can be waited for.</summary>
/// <param name="session">The card.</param>
internal sealed class OpRates(KernelsSession session)
{
    /// <summary>A row for each queue that has kernels of its own for it.</summary>
    /// <exception cref="WrongResultException">A kernel disagrees with its naive twin or with cuBLAS.</exception>
    public IEnumerable<Row> Measure(KernelOp op)
    {
        (string Name, ComputeQueue Queue)[] queues = [.. op.DependsOnQueue ? session.Queues : session.Queues.Take(1)];
        RequireReference(op, queues);
        RequireYardstick(op, queues);
        if (op.Naive is { } naive)
        {
            Samples seconds = Clock(session.Naive).Seconds(i => naive(session.Naive, i, op.Outputs), op.Variants);
            yield return new Row(op.Table, op.Parameters(KernelsSession.NaiveName), op.Figures(seconds, null));
        }

        Samples? yardstick = op.Yardstick is { } cublas ? Clock(session.Queue).Seconds(i => cublas.Call(i, op.Outputs[0]), cublas.Variants) : null;
        foreach ((string name, ComputeQueue queue) in queues)
        {
            using TimedWork timed = op.Timed(session.Cuda, queue);
            yield return new Row(op.Table, op.Parameters(name), op.Figures(timed.Seconds(session.Timing), yardstick));
        }
    }

    private void RequireReference(KernelOp op, (string Name, ComputeQueue Queue)[] queues)
    {
        op.RunReference(session.Naive);
        foreach ((string name, ComputeQueue queue) in queues)
        {
            op.RunChecked(queue, op.Outputs);
            op.RequireReference($"{op.Title(name)}, against its reference");
        }
    }

    private void RequireYardstick(KernelOp op, (string Name, ComputeQueue Queue)[] queues)
    {
        if (op.Yardstick is not { } cublas || !op.YardstickIsExactTwin)
        {
            return;
        }

        cublas.Call(0, op.Expected[0]);
        session.Queue.Synchronize();
        foreach ((string name, ComputeQueue queue) in queues)
        {
            op.RunChecked(queue, op.Outputs);
            op.RequireExpected($"{op.Title(name)}, against cuBLAS");
        }
    }

    private QueueClock Clock(ComputeQueue queue) => new(session.Cuda, queue, session.Timing);
}
