using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cpu;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Tests.Kernels.Cuda.Kernels;

namespace SpecExecNative.Tests.Kernels.Cuda.Device;

/// <summary>
/// Every op of a card against the CPU's, from the same inputs (which both hold exactly). Sums of the card are rounded
/// once to its element, so results agree to a few units of that.
/// </summary>
[TestFixture(DType.F16)]
[TestFixture(DType.BF16)]
[Category("Cuda")]
[NonParallelizable]
internal sealed class CudaOpsTests(DType element)
{
    private const int Window = 6;
    private readonly Random _random = new(20_26);
    private CpuDevice _cpu = null!;
    private CudaDevice _card = null!;

    [OneTimeSetUp]
    public void Open()
    {
        CardUnderTest.Pose();
        _cpu = new CpuDevice(threads: 1);
        _card = CardUnderTest.Open(element);
    }

    [OneTimeTearDown]
    public void Close()
    {
        _card?.Dispose();
        _cpu?.Dispose();
        if (_card is not null)
        {
            CardUnderTest.AssertNothingIsWrongOrLeft();
        }
    }

    [Test]
    public void HeadsThatAreNotWholeLoadsAreRefused()
    {
        using DeviceBench bench = new(_card);
        KvCacheLayer cache = bench.Cache(new float[2 * 8 * 12], 1, 8, 12);
        DeviceTensor slots = bench.Ints(3);
        bench.Queue.Synchronize();
        Assert.That(() => bench.Queue.MoveSlots(cache, slots, 1), Throws.ArgumentException.With.Message.Contains("12"));
    }

    [Test]
    public void Embed()
    {
        float[] table = Values(11 * 20);
        Compare(b => b.Read(After(b, b.Output(DType.F32, 3, 20), output => b.Queue.Embed(b.Weight(table, 11), b.Ints(10, 0, 4), output))), tolerance: 0);
    }

    [Test]
    public void RmsNorm([Values] bool toActivations)
    {
        float[] input = Values(3 * 40);
        float[] weight = Values(40);
        Compare(b => b.Read(After(
            b, b.Output(toActivations ? b.Device.ActivationType : DType.F32, 3, 40), output => b.Queue.RmsNorm(b.Floats(input, 3), b.Floats(weight, 1), 1e-5f, output))));
    }

    [Test]
    public void RmsNormInPlace()
    {
        float[] input = Values(2 * 24);
        float[] weight = Values(24);
        Compare(b => b.Read(After(b, b.Floats(input, 2), x => b.Queue.RmsNorm(x, b.Floats(weight, 1), 1e-5f, x))));
    }

    /// <summary>Rows on both sides of every tile; K that is and is not a multiple of 8.</summary>
    [TestCase(1, 40, 24)]
    [TestCase(17, 33, 20)]
    [TestCase(40, 130, 40)]
    [TestCase(129, 24, 24)]
    public void Linear(int rows, int outputs, int inputs)
    {
        float[] input = Values(rows * inputs);
        float[] weight = Values(outputs * inputs);
        float[] bias = Values(outputs);
        Compare(b => b.Read(After(b, b.Output(DType.F32, rows, outputs), output =>
            b.Queue.Linear(b.Activations(input, rows), b.Weight(weight, outputs), b.Floats(bias, 1), output, LinearOutput.Store))));
    }

    /// <summary>Where rows may depend on their batch: few rows, few rows of many outputs, and slices of the inner dimension.</summary>
    [TestCase(1, 40, 520)]
    [TestCase(30, 33, 1040)]
    [TestCase(40, 70, 1032)]
    [TestCase(70, 130, 512)]
    [TestCase(20, 1100, 24)]
    public void LinearForDrafts(int rows, int outputs, int inputs)
    {
        float[] input = Values(rows * inputs);
        float[] weight = Values(outputs * inputs);
        float[] bias = Values(outputs);
        float[] residual = Values(rows * outputs);
        Compare(
            b => b.Read(After(b, b.Floats(residual, rows), output =>
            {
                b.Queue.Linear(b.Activations(input, rows), b.Weight(weight, outputs), b.Floats(bias, 1), output, LinearOutput.Accumulate);
                b.Queue.Linear(b.Activations(input, rows), b.Weight(weight, outputs), null, output, LinearOutput.Accumulate);
            })),
            results: RowResults.BatchDependent);
    }

    /// <summary>Weights of 4 bits, in groups that kernels know and that they do not, against the CPU's.</summary>
    [Test]
    public void Int4([Values(1, 20, 70)] int rows, [Values(32, 24, 600)] int groupSize, [Values] RowResults results)
    {
        var gate = new Int4Weights(element, 66, 600, new Int4Groups(groupSize, HasZeros: true), rows);
        var up = new Int4Weights(element, 66, 600, gate.Shape.Groups, rows + 1);
        float[] input = Values(rows * 600);
        float[] residual = Values(rows * 66);
        Compare(
            b => b.Read(After(b, b.Floats(residual, rows), output => b.Queue.Linear(b.Activations(input, rows), b.Int4(gate), null, output, LinearOutput.Accumulate))),
            results: results);
        Compare(
            b => b.Read(After(b, b.Output(b.Device.ActivationType, rows, 66), output => b.Queue.SwiGlu(b.Activations(input, rows), b.Int4(gate), b.Int4(up), output))),
            results: results);
    }

    [Test]
    public void AnEmbeddingIn4BitsIsRefused()
    {
        using DeviceBench bench = new(_card);
        WeightMatrix table = bench.Int4(new Int4Weights(element, 4, 32, new Int4Groups(32, HasZeros: false), 1));
        Assert.That(() => bench.Queue.Embed(table, bench.Ints(0), bench.Output(DType.F32, 1, 32)), Throws.ArgumentException.With.Message.Contains("Int4"));
    }

    [Test]
    public void RmsNormAndAttentionInAnotherOrder([Values] RowResults results)
    {
        AttentionShape shape = new(4, 2, 16, null);
        int[] order = [.. Enumerable.Range(0, 64)];
        new Random(5).Shuffle(order);
        float[] input = Values(3 * 64);
        float[] weight = Values(64);
        float[] cache = Values(2 * 2 * 200 * 16);
        Compare(b => b.Read(After(b, b.Output(b.Device.ActivationType, 3, 64), output => b.Queue.RmsNorm(b.Floats(input, 3), b.Floats(weight, 1), 1e-5f, output, b.Ints(order)))), results: results);
        Compare(
            b =>
            {
                DeviceTensor none = b.Ints();
                var rows = new TokenRows(b.Ints(0, 0, 0), none, none, b.Ints(70, 3, 90), b.Ints(0, 0, 2, 2), b.Ints(100, 95));
                return b.Read(After(b, b.Output(b.Device.ActivationType, 3, 64), output =>
                    b.Queue.TreeAttention(b.Activations(input, 3), shape, rows, b.Cache(cache, 2, 200, 16), output, b.Ints(order))));
            },
            results: results);
    }

    /// <summary>Scratch memory that has grown since a capture must not be taken from under it.</summary>
    [Test]
    public void CapturedSlicesSurviveLargerOnes()
    {
        using DeviceBench bench = new(_card, RowResults.BatchDependent);
        DeviceTensor input = bench.Activations(Values(40 * 512), 40);
        WeightMatrix weight = bench.Weight(Values(70 * 512), 70);
        DeviceTensor output = bench.Output(DType.F32, 40, 70);
        void Ask() => bench.Queue.Linear(input, weight, null, output, LinearOutput.Store);
        Ask();
        uint[] expected = bench.ReadWords(output);
        using CapturedWork captured = bench.Queue.Capture(Ask);
        WeightMatrix larger = bench.Weight(Values(700 * 512), 700);
        bench.Queue.Linear(input, larger, null, bench.Output(DType.F32, 40, 700), LinearOutput.Store);
        captured.Replay();
        Assert.That(bench.ReadWords(output), Is.EqualTo(expected));
    }

    [Test]
    public void LinearAddsToTheResidual()
    {
        float[] input = Values(3 * 16);
        float[] weight = Values(10 * 16);
        float[] residual = Values(3 * 10);
        Compare(b => b.Read(After(b, b.Floats(residual, 3), output =>
            b.Queue.Linear(b.Activations(input, 3), b.Weight(weight, 10), null, output, LinearOutput.Accumulate))));
    }

    [TestCase(2)]
    [TestCase(33)]
    public void SwiGlu(int rows)
    {
        float[] input = Values(rows * 24);
        float[] gate = Values(36 * 24);
        float[] up = Values(36 * 24);
        Compare(b => b.Read(After(b, b.Output(b.Device.ActivationType, rows, 36), output =>
            b.Queue.SwiGlu(b.Activations(input, rows), b.Weight(gate, 36), b.Weight(up, 36), output))));
    }

    [Test]
    public void RotateAndStore([Values] bool isNormalised)
    {
        AttentionShape shape = new(4, 2, 8, null);
        const int slots = 9;
        float[] qkv = Values(3 * shape.QkvColumns);
        float[] queryNorm = Values(8);
        float[] keyNorm = Values(8);
        float[] rope = [.. Enumerable.Range(0, 12 * 8).Select(i => i % 8 < 4 ? MathF.Cos(i) : MathF.Sin(i))];
        float[] cache = Values(2 * 2 * slots * 8);
        Compare(b =>
        {
            KvCacheLayer layer = b.Cache(cache, 2, slots, 8);
            DeviceTensor queries = b.Output(b.Device.ActivationType, 3, shape.QueryColumns);
            DeviceTensor none = b.Ints();
            QueryKeyNorm? norm = isNormalised ? new QueryKeyNorm(b.Floats(queryNorm, 1), b.Floats(keyNorm, 1), 1e-6f) : null;
            b.Queue.RotateAndStore(
                b.Floats(qkv, 3), shape, norm, b.Floats(rope, 12), new TokenRows(none, b.Ints(0, 11, 5), b.Ints(8, 2, 3), none, none, none), layer, queries);
            return [.. b.Read(queries), .. b.Read(layer)];
        });
    }

    /// <summary>A chain over a long prefix, and tree nodes whose paths lie out of order behind it. On a draft's queue, keys are split over blocks.</summary>
    [TestCase(4, 2, 16, null, RowResults.Invariant)]
    [TestCase(3, 1, 8, null, RowResults.Invariant)]
    [TestCase(2, 2, 32, Window, RowResults.Invariant)]
    [TestCase(4, 2, 16, null, RowResults.BatchDependent)]
    [TestCase(2, 2, 32, Window, RowResults.BatchDependent)]
    public void TreeAttention(int queryHeads, int kvHeads, int headDim, int? window, RowResults results)
    {
        AttentionShape shape = new(queryHeads, kvHeads, headDim, window);
        const int slots = 200;
        int[] prefixes = [70, 1, 64, 64, 33];
        int[] starts = [0, 0, 0, 2, 3, 6];
        int[] paths = [77, 71, 79, 72, 75, 70];
        float[] queries = Values(prefixes.Length * shape.QueryColumns);
        float[] cache = Values(2 * kvHeads * slots * headDim);
        Compare(b =>
        {
            DeviceTensor none = b.Ints();
            var rows = new TokenRows(b.Ints(0, 0, 0, 0, 0), none, none, b.Ints(prefixes), b.Ints(starts), b.Ints(paths));
            return b.Read(After(b, b.Output(b.Device.ActivationType, prefixes.Length, shape.QueryColumns), output =>
                b.Queue.TreeAttention(b.Activations(queries, prefixes.Length), shape, rows, b.Cache(cache, kvHeads, slots, headDim), output)));
        }, results: results);
    }

    /// <summary>
    /// Keys are cut on the card: a replay goes by the prefix that is there then, and meets its parts in its own scratch memory, which a
    /// larger op has made grow elsewhere.
    /// </summary>
    [Test]
    public void CapturedSplitAttentionFollowsThePrefixAfterALargerOne()
    {
        AttentionShape shape = new(4, 2, 16, null);
        const int slots = 200;
        using DeviceBench bench = new(_card, RowResults.BatchDependent);
        KvCacheLayer cache = bench.Cache(Values(2 * 2 * slots * 16), 2, slots, 16);
        DeviceTensor queries = bench.Activations(Values(9 * shape.QueryColumns), 9);
        DeviceTensor output = bench.Output(_card.ActivationType, 1, shape.QueryColumns);
        DeviceTensor prefix = bench.Ints(40);
        DeviceTensor longer = bench.Ints(190);
        DeviceTensor none = bench.Ints();
        DeviceTensor starts = bench.Ints(0, 0);
        var manyRows = new TokenRows(none, none, none, bench.Ints([.. Enumerable.Repeat(100, 9)]), bench.Ints(new int[10]), none);
        void Ask(DeviceTensor lengths) => bench.Queue.TreeAttention(queries.Slice(0, 1), shape, new TokenRows(none, none, none, lengths, starts, none), cache, output);

        Ask(longer);
        float[] expected = bench.Read(output);
        Ask(prefix);
        Assert.That(bench.Read(output), Is.Not.EqualTo(expected), "the prefix matters");

        using CapturedWork captured = bench.Queue.Capture(() => Ask(prefix));
        bench.Queue.TreeAttention(queries, shape, manyRows, cache, bench.Output(_card.ActivationType, 9, shape.QueryColumns));
        using PinnedBuffer host = _card.AllocatePinned(sizeof(int), "test");
        BitConverter.TryWriteBytes(host.Span(0, sizeof(int)), 190);
        bench.Queue.CopyToDevice(host, 0, prefix.Buffer, prefix.ByteOffset, sizeof(int));
        captured.Replay();
        Assert.That(bench.Read(output), Is.EqualTo(expected));
    }

    [Test]
    public void GatherRows()
    {
        float[] input = Values(5 * 7);
        Compare(b => b.Read(After(b, b.Output(DType.F32, 3, 7), output => b.Queue.GatherRows(b.Floats(input, 5), b.Ints(4, 0, 4), output))), tolerance: 0);
    }

    /// <summary>Of one segment, and of three.</summary>
    [TestCase(1, 700)]
    [TestCase(5, 700)]
    [TestCase(40, 20_000)]
    public void TopK(int k, int columns)
    {
        float[] logits = [.. Values(3 * columns).Select((x, i) => i % columns == 650 ? float.NegativeInfinity : x)];
        logits[columns] = float.NaN;
        Compare(b =>
        {
            DeviceTensor ids = b.Output(DType.I32, 3, k);
            DeviceTensor logProbabilities = b.Output(DType.F32, 3, k);
            b.Queue.TopK(b.Floats(logits, 3), columns - 1, 0.7f, ids, logProbabilities);
            return [.. b.Read(ids), .. b.Read(logProbabilities)];
        });
    }

    /// <summary>Its halves meet in the queue's scratch memory, which a larger op makes grow, and others may use in between.</summary>
    [Test]
    public void CapturedTopKGoesOnAfterALargerOne()
    {
        const int vocabulary = 9000;
        using DeviceBench bench = new(_card);
        DeviceTensor logits = bench.Floats(Values(4 * vocabulary), 4);
        DeviceTensor ids = bench.Output(DType.I32, 1, 3);
        DeviceTensor logProbabilities = bench.Output(DType.F32, 1, 3);
        void Ask() => bench.Queue.TopK(logits.Slice(1, 1), vocabulary, 1, ids, logProbabilities);
        Ask();
        float[] first = [.. bench.Read(ids), .. bench.Read(logProbabilities)];

        using CapturedWork captured = bench.Queue.Capture(Ask);
        bench.Queue.TopK(logits, vocabulary, 1, bench.Output(DType.I32, 4, 500), bench.Output(DType.F32, 4, 500));
        bench.Queue.TopK(logits.Slice(2, 1), vocabulary, 1, ids, logProbabilities);
        captured.Replay();
        Assert.That(bench.Read(ids).Concat(bench.Read(logProbabilities)), Is.EqualTo(first));
    }

    [Test]
    public void MoveSlots()
    {
        float[] cache = Values(2 * 2 * 9 * 8);
        Compare(
            b =>
            {
                KvCacheLayer layer = b.Cache(cache, 2, 9, 8);
                b.Queue.MoveSlots(layer, b.Ints(3, 4, 8), 2);
                return b.Read(layer);
            },
            tolerance: 0);
    }

    /// <summary>Events order two queues; without them the copy would see what was there before.</summary>
    [Test]
    public void AnEventOrdersTwoQueues()
    {
        using DeviceBench bench = new(_card);
        using ComputeQueue other = _card.CreateQueue("other");
        using DeviceEvent written = _card.CreateEvent();
        DeviceTensor from = bench.Floats([1, 2, 3, 4], 2);
        DeviceTensor to = bench.Output(DType.F32, 2, 2);
        DeviceTensor indices = bench.Ints(1, 0);
        PinnedBuffer host = bench.Own(_card.AllocatePinned(to.Bytes, "result"));
        bench.Queue.GatherRows(from, indices, to);
        bench.Queue.Record(written);
        other.Wait(written);
        other.CopyToHost(to.Buffer, 0, host, 0, to.Bytes);
        other.Synchronize();
        Assert.That(written.IsComplete, Is.True);
        Assert.That(host.As<float>(4).ToArray(), Is.EqualTo(new[] { 3f, 4f, 1f, 2f }));
    }

    /// <summary>A replay works on what is in memory then, and each delivers anew.</summary>
    [Test]
    public void CapturedWorkIsDoneAtEachReplayAndNotBefore()
    {
        using DeviceBench bench = new(_card);
        using Mailbox mailbox = _card.CreateMailbox(4 * sizeof(float), "test");
        DeviceTensor delivered = mailbox.Buffer.AsTensor(DType.F32, 2, 2);
        DeviceTensor from = bench.Floats([1, 2, 3, 4], 2);
        DeviceTensor indices = bench.Ints(1, 0);
        DeviceTensor zeros = bench.Floats([0, 0, 0, 0], 2);
        bench.Queue.GatherRows(zeros, indices, delivered);
        mailbox.Post(bench.Queue);
        Assert.That(Floats(mailbox), Is.EqualTo(new[] { 0f, 0, 0, 0 }));

        using CapturedWork captured = bench.Queue.Capture(() =>
        {
            bench.Queue.GatherRows(from, indices, delivered);
            mailbox.Post(bench.Queue);
        });
        bench.Queue.Synchronize();
        Assert.That(Floats(mailbox), Is.EqualTo(new[] { 0f, 0, 0, 0 }), "capturing is not doing");

        captured.Replay();
        Assert.That(Floats(mailbox), Is.EqualTo(new[] { 3f, 4, 1, 2 }));
        bench.Queue.GatherRows(bench.Floats([5, 6, 7, 8], 2), bench.Ints(0, 1), from);
        captured.Replay();
        captured.Replay();
        Assert.That(Floats(mailbox), Is.EqualTo(new[] { 7f, 8, 5, 6 }));
    }

    [Test]
    public void AFailedCaptureLeavesTheQueueUsable()
    {
        using DeviceBench bench = new(_card);
        DeviceTensor from = bench.Floats([1, 2, 3, 4], 2);
        DeviceTensor to = bench.Output(DType.F32, 1, 2);
        DeviceTensor indices = bench.Ints(1);
        bench.Queue.Synchronize();
        Assert.Throws<InvalidOperationException>(() => bench.Queue.Capture(() =>
        {
            bench.Queue.GatherRows(from, indices, to);
            bench.Queue.Synchronize();
        }));
        bench.Queue.GatherRows(from, indices, to);
        Assert.That(bench.Read(to), Is.EqualTo(new[] { 3f, 4f }));
    }

    [Test]
    public void ALaunchAllocatesNothing()
    {
        using DeviceBench bench = new(_card);
        DeviceTensor from = bench.Floats([1, 2, 3, 4], 2);
        DeviceTensor to = bench.Output(DType.F32, 1, 2);
        DeviceTensor indices = bench.Ints(1);
        WeightMatrix weight = bench.Weight(new float[8 * 8], 8);
        DeviceTensor input = bench.Activations(new float[8], 1);
        DeviceTensor output = bench.Output(DType.F32, 1, 8);
        DeviceTensor ids = bench.Output(DType.I32, 1, 3);
        DeviceTensor logProbabilities = bench.Output(DType.F32, 1, 3);
        void Ask()
        {
            bench.Queue.GatherRows(from, indices, to);
            bench.Queue.Linear(input, weight, null, output, LinearOutput.Store);
            bench.Queue.TopK(output, 8, 1, ids, logProbabilities);
        }

        Ask();
        bench.Queue.Synchronize();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            Ask();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        bench.Queue.Synchronize();
    }

    [Test]
    public void MemoryOfAnotherDeviceIsRefused()
    {
        using DeviceBench bench = new(_card);
        using DeviceBench foreign = new(_cpu);
        Assert.That(
            () => bench.Queue.GatherRows(foreign.Floats([1, 2], 1), bench.Ints(0), bench.Output(DType.F32, 1, 2)),
            Throws.ArgumentException.With.Message.Contains("GatherRows").And.Message.Contains(_card.Name));
    }

    private static float[] Floats(Mailbox mailbox) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(mailbox.Receive()).ToArray();

    private static DeviceTensor After(DeviceBench bench, DeviceTensor output, Action<DeviceTensor> op)
    {
        op(output);
        return output;
    }

    /// <summary>Multiples of 1/64 within ±1: exact in binary16 and in bfloat16.</summary>
    private float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => _random.Next(-64, 65) / 64f)];

    /// <param name="run">Does the op on a device and reads all that it wrote.</param>
    /// <param name="tolerance">Relative to the greatest result; null: some units of the element.</param>
    /// <param name="results">What the card's queue promises.</param>
    private void Compare(Func<DeviceBench, float[]> run, double? tolerance = null, RowResults results = RowResults.Invariant)
    {
        using DeviceBench onCard = new(_card, results);
        using DeviceBench onCpu = new(_cpu);
        float[] actual = run(onCard);
        float[] expected = run(onCpu);
        double allowed = tolerance ?? (element == DType.F16 ? 2e-3 : 1.6e-2);
        double scale = expected.Where(float.IsFinite).Select(x => Math.Abs((double)x)).Append(0).Max();
        Assert.That(actual, Has.Length.EqualTo(expected.Length));
        for (int i = 0; i < expected.Length; i++)
        {
            bool agrees = float.IsFinite(expected[i]) ? Math.Abs((double)actual[i] - expected[i]) <= allowed * scale : actual[i].Equals(expected[i]);
            Assert.That(agrees, Is.True, $"element {i}: {actual[i]:R}, must be {expected[i]:R} within {allowed * scale:E1}");
        }
    }
}
