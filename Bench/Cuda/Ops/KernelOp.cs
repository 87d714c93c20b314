using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Cuda.Ops;

/// <summary>An op of a queue at one shape, with data to rotate through, and what tells whether its answer is right.</summary>
/// <param name="memory">Holds the data; owned.</param>
internal sealed class KernelOp(BenchMemory memory) : IDisposable
{
    /// <summary>Asks a queue for it, with one of the sets of data.</summary>
    public delegate void Ask(ComputeQueue queue, int variant, IReadOnlyList<DeviceTensor> outputs);

    public BenchMemory Memory => memory;

    /// <summary>The table that its rows belong to.</summary>
    public required string Table { get; init; }

    /// <summary>Of a row, for what ran it: a queue's name.</summary>
    public required Func<string, IReadOnlyList<Parameter>> Parameters { get; init; }

    /// <summary>What to measure.</summary>
    public required Ask Call { get; init; }

    /// <summary>Sets of data, so that successive calls do not find theirs in the card's cache.</summary>
    public int Variants { get; init; } = 1;

    /// <summary>What it writes.</summary>
    public required IReadOnlyList<DeviceTensor> Outputs { get; init; }

    /// <summary>The same for its reference.</summary>
    public required IReadOnlyList<DeviceTensor> Expected { get; init; }

    /// <summary>For each output.</summary>
    public required IReadOnlyList<Tolerance> Tolerances { get; init; }

    /// <summary>Before a call that is checked; null: outputs are poisoned.</summary>
    public Action<IReadOnlyList<DeviceTensor>>? Prepare { get; init; }

    /// <summary>Writes what the first set of data should give, or a part of it, over a queue of naive kernels; null: such a queue's own answer.</summary>
    public Action<ComputeQueue, IReadOnlyList<DeviceTensor>>? Reference { get; init; }

    /// <summary>The parts of outputs that <see cref="Reference"/> writes; null: all.</summary>
    public Func<IReadOnlyList<DeviceTensor>, IEnumerable<IReadOnlyList<DeviceTensor>>>? Compared { get; init; }

    /// <summary>cuBLAS's way to do the same with one of its sets, and how many it has; null: it cannot.</summary>
    public (Action<int, DeviceTensor> Call, int Variants)? Yardstick { get; init; }

    /// <summary>cuBLAS multiplies the same numbers, so its product can be compared with.</summary>
    public bool YardstickIsExactTwin { get; init; }

    /// <summary>What a queue of naive kernels takes for it; null: nobody would wait for that, or there is no such kernel.</summary>
    public Ask? Naive { get; init; }

    /// <summary>A draft's queue has other kernels for it than a target's.</summary>
    public bool DependsOnQueue { get; init; }

    /// <summary>What to time by the host's clock, in the place of captured calls; null: nothing.</summary>
    public Func<ComputeQueue, Action>? OnHost { get; init; }

    /// <summary>What times mean.</summary>
    /// <remarks>The second argument: the time of <see cref="Yardstick"/>.</remarks>
    public required Func<Samples, Samples?, IReadOnlyList<Figure>> Figures { get; init; }

    /// <summary>For messages.</summary>
    public string Title(string queue) => new Row(Table, Parameters(queue), []).Title;

    /// <summary>Calls on a queue, ready to be timed.</summary>
    public TimedWork Timed(ComputeDevice device, ComputeQueue queue)
        => OnHost is { } onHost ? TimedWork.OnHost(onHost(queue)) : TimedWork.Captured(device, queue, i => Call(queue, i, Outputs), Variants);

    /// <summary>Runs the first set of data into what was prepared for it, and waits.</summary>
    public void RunChecked(ComputeQueue queue, IReadOnlyList<DeviceTensor> outputs)
    {
        PrepareAll(outputs);
        Call(queue, 0, outputs);
        queue.Synchronize();
    }

    /// <summary>Makes the reference's answer.</summary>
    public void RunReference(ComputeQueue naive)
    {
        PrepareAll(Expected);
        if (Reference is null)
        {
            Call(naive, 0, Expected);
        }
        else
        {
            Reference(naive, Expected);
        }

        naive.Synchronize();
    }

    /// <summary>Compares <see cref="Outputs"/> with the reference's answer.</summary>
    /// <exception cref="WrongResultException">They differ.</exception>
    public void RequireReference(string what)
    {
        if (Compared is null)
        {
            RequireExpected(what);
            return;
        }

        foreach ((IReadOnlyList<DeviceTensor> actual, IReadOnlyList<DeviceTensor> expected) in Compared(Outputs).Zip(Compared(Expected)))
        {
            Require(actual, expected, what);
        }
    }

    /// <summary>Compares <see cref="Outputs"/> with <see cref="Expected"/>, all of it.</summary>
    /// <exception cref="WrongResultException">They differ.</exception>
    public void RequireExpected(string what) => Require(Outputs, Expected, what);

    public void Dispose() => memory.Dispose();

    private void PrepareAll(IReadOnlyList<DeviceTensor> outputs)
    {
        if (Prepare is not null)
        {
            Prepare(outputs);
            return;
        }

        foreach (DeviceTensor output in outputs)
        {
            memory.PoisonAll(output);
        }
    }

    private void Require(IReadOnlyList<DeviceTensor> actual, IReadOnlyList<DeviceTensor> expected, string what)
    {
        for (int i = 0; i < actual.Count; i++)
        {
            Agreement.Require(memory, actual[i], expected[i], Tolerances[i], what);
        }
    }
}
