using NUnit.Framework;
using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Kernels.Cpu;

/// <summary>Each op refuses what does not fit, names itself, and has then written nothing.</summary>
internal sealed class WrongArgumentTests
{
    private static readonly AttentionShape Shape = new(2, 1, 4, null);

    private static IEnumerable<TestCaseData> Mistakes()
    {
        yield return Mistake("Embed", "a token behind the table", (b, q) => q.Embed(Weight(b, 5, 4), b.Ints(0, 5), Out(b, 2, 4)));
        yield return Mistake("Embed", "a negative token", (b, q) => q.Embed(Weight(b, 5, 4), b.Ints(-1), Out(b, 1, 4)));
        yield return Mistake("Embed", "another width", (b, q) => q.Embed(Weight(b, 5, 4), b.Ints(0), Out(b, 1, 3)));
        yield return Mistake("Embed", "more rows than tokens", (b, q) => q.Embed(Weight(b, 5, 4), b.Ints(0), Out(b, 2, 4)));
        yield return Mistake("RmsNorm", "another weight", (b, q) => q.RmsNorm(In(b, 2, 4), In(b, 1, 5), 1e-5f, Out(b, 2, 4)));
        yield return Mistake("RmsNorm", "integers", (b, q) => q.RmsNorm(b.Ints(1, 2), In(b, 1, 2), 1e-5f, Out(b, 1, 2)));
        yield return Mistake("Linear", "another K", (b, q) => q.Linear(In(b, 2, 4), Weight(b, 3, 5), null, Out(b, 2, 3), LinearOutput.Store));
        yield return Mistake("Linear", "another N", (b, q) => q.Linear(In(b, 2, 4), Weight(b, 3, 4), null, Out(b, 2, 4), LinearOutput.Store));
        yield return Mistake("Linear", "another bias", (b, q) => q.Linear(In(b, 2, 4), Weight(b, 3, 4), In(b, 1, 4), Out(b, 2, 3), LinearOutput.Store));
        yield return Mistake("Linear", "a weight behind its buffer", (b, q) =>
            q.Linear(In(b, 2, 4), Weight(b, 3, 4) with { Shape = new(300, 4, DType.F32) }, null, Out(b, 2, 300), LinearOutput.Store));
        yield return Mistake("Linear", "an unaligned weight", (b, q) =>
            q.Linear(In(b, 2, 4), Weight(b, 3, 4) with { ByteOffset = 8 }, null, Out(b, 2, 3), LinearOutput.Store));
        yield return Mistake("Linear", "a weight of no type", (b, q) =>
            q.Linear(In(b, 2, 4), Weight(b, 3, 4) with { Shape = new(3, 4, DType.I32) }, null, Out(b, 2, 3), LinearOutput.Store));
        yield return Mistake("Linear", "output on input", (b, q) =>
        {
            DeviceTensor square = In(b, 2, 4);
            q.Linear(square, Weight(b, 4, 4), null, square, LinearOutput.Store);
        });
        yield return Mistake("Linear", "a view behind its buffer", (b, q) =>
            q.Linear(In(b, 2, 4) with { ByteOffset = 1 << 20 }, Weight(b, 3, 4), null, Out(b, 2, 3), LinearOutput.Store));
        yield return Mistake("Linear", "no buffer", (b, q) =>
            q.Linear(In(b, 2, 4) with { Buffer = null! }, Weight(b, 3, 4), null, Out(b, 2, 3), LinearOutput.Store));
        yield return Mistake("SwiGlu", "unlike matrices", (b, q) => q.SwiGlu(In(b, 2, 4), Weight(b, 3, 4), Weight(b, 4, 4), Out(b, 2, 3)));
        yield return Mistake("RotateAndStore", "a slot behind the cache", (b, q) => Rotate(b, q, Shape, position: 0, slot: 6));
        yield return Mistake("RotateAndStore", "a position behind the table", (b, q) => Rotate(b, q, Shape, position: 8, slot: 0));
        yield return Mistake("RotateAndStore", "heads that do not divide", (b, q) => Rotate(b, q, new(3, 2, 4, null), 0, 0));
        yield return Mistake("RotateAndStore", "an odd head size", (b, q) => Rotate(b, q, new(2, 1, 5, null), 0, 0));
        yield return Mistake("TreeAttention", "a prefix behind the cache", (b, q) => Attend(b, q, Shape, 7, [0, 0], []));
        yield return Mistake("TreeAttention", "nothing to see", (b, q) => Attend(b, q, Shape, 0, [0, 0], []));
        yield return Mistake("TreeAttention", "a path slot behind the cache", (b, q) => Attend(b, q, Shape, 1, [0, 1], [6]));
        yield return Mistake("TreeAttention", "a path that ends before it starts", (b, q) => Attend(b, q, Shape, 3, [1, 0], [0]));
        yield return Mistake("TreeAttention", "a path behind the list", (b, q) => Attend(b, q, Shape, 1, [0, 2], [0]));
        yield return Mistake("TreeAttention", "no window", (b, q) => Attend(b, q, Shape with { SlidingWindow = 0 }, 1, [0, 0], []));
        yield return Mistake("GatherRows", "a row that is not there", (b, q) => q.GatherRows(In(b, 2, 3), b.Ints(2), Out(b, 1, 3)));
        yield return Mistake("TopK", "k above the vocabulary", (b, q) => q.TopK(In(b, 1, 9), 4, 1f, b.Poisoned(DType.I32, 1, 5), Out(b, 1, 5)));
        yield return Mistake("TopK", "a vocabulary above the columns", (b, q) => q.TopK(In(b, 1, 9), 10, 1f, b.Poisoned(DType.I32, 1, 5), Out(b, 1, 5)));
        yield return Mistake("TopK", "outputs that differ", (b, q) => q.TopK(In(b, 1, 9), 9, 1f, b.Poisoned(DType.I32, 1, 5), Out(b, 1, 4)));
        yield return Mistake("MoveSlots", "slots that do not ascend", (b, q) => q.MoveSlots(b.Cache(1, 6, 4), b.Ints(3, 3), 0));
        yield return Mistake("MoveSlots", "a slot below its destination", (b, q) => q.MoveSlots(b.Cache(1, 6, 4), b.Ints(3, 4), 4));
        yield return Mistake("MoveSlots", "a slot behind the cache", (b, q) => q.MoveSlots(b.Cache(1, 6, 4), b.Ints(6), 0));
        yield return Mistake("MoveSlots", "a negative destination", (b, q) => q.MoveSlots(b.Cache(1, 6, 4), b.Ints(3), -1));
    }

    [TestCaseSource(nameof(Mistakes))]
    public void IsRefusedByName(string op, Action<Workbench, ComputeQueue> act)
    {
        using Workbench bench = new();
        Assert.That(() => act(bench, bench.Queue), Throws.InstanceOf<ArgumentException>().With.Message.StartsWith(op + ":"));
        Assert.That(bench.PoisonIsIntact, Is.True, "outputs");
    }

    [Test]
    public void NoRowsAreNoWork()
    {
        using Workbench bench = new();
        DeviceTensor none = bench.Poisoned(DType.F32, 0, 4);
        Assert.That(
            () =>
            {
                bench.Queue.Linear(none, Weight(bench, 3, 4), null, bench.Poisoned(DType.F32, 0, 3), LinearOutput.Store);
                bench.Queue.RmsNorm(none, In(bench, 1, 4), 1e-5f, none);
                bench.Queue.MoveSlots(bench.Cache(1, 6, 4), bench.Ints(), 0);
            },
            Throws.Nothing);
    }

    private static TestCaseData Mistake(string op, string what, Action<Workbench, ComputeQueue> act)
        => new TestCaseData(op, act).SetArgDisplayNames(op, what);

    private static void Rotate(Workbench bench, ComputeQueue queue, AttentionShape shape, int position, int slot)
    {
        DeviceTensor none = bench.Ints();
        TokenRows rows = new(none, bench.Ints(position), bench.Ints(slot), none, none, none);
        queue.RotateAndStore(
            In(bench, 1, shape.QkvColumns), shape, null, In(bench, 8, shape.HeadDim), rows, bench.Cache(shape.KvHeads, 6, shape.HeadDim), Out(bench, 1, shape.QueryColumns));
    }

    private static void Attend(Workbench bench, ComputeQueue queue, AttentionShape shape, int prefix, int[] starts, int[] path)
    {
        DeviceTensor none = bench.Ints();
        TokenRows rows = new(none, none, none, bench.Ints(prefix), bench.Ints(starts), bench.Ints(path));
        queue.TreeAttention(In(bench, 1, shape.QueryColumns), shape, rows, bench.Cache(1, 6, 4), Out(bench, 1, shape.QueryColumns));
    }

    private static DeviceTensor In(Workbench bench, int rows, int columns) => bench.Floats(new float[rows * columns], rows);

    private static DeviceTensor Out(Workbench bench, int rows, int columns) => bench.Poisoned(DType.F32, rows, columns);

    private static WeightMatrix Weight(Workbench bench, int rows, int columns)
        => bench.Weight(StoredMatrix.Random(new Random(1), rows, columns, DType.F32));
}
