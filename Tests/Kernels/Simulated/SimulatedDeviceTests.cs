using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Simulated;

namespace SpecExecNative.Tests.Kernels.Simulated;

/// <summary>The order of things is that of CUDA; only durations are made up.</summary>
public sealed class SimulatedDeviceTests
{
    private const long Gigabyte = 1_000_000_000;
    private const double Second = 1;

    /// <summary>A copy takes a second a gigabyte; asking costs nothing.</summary>
    private static readonly SimulatedCard Card = new()
    {
        Name = "Test",
        MemoryBytes = 40 * Gigabyte,
        SystemBytes = 0,
        MemoryBytesPerSecond = 10e9,
        LinkBytesPerSecond = 1e9,
        FlopsPerSecond = 1e12,
        Int4FlopsPerSecond = 1e12,
        Source = "made up",
    };

    private static readonly HostCosts Free = new() { Enqueue = 0, Replay = 0, Kernel = 0, ReplayedKernel = 0, Copy = 0, Synchronize = 0, LinkLatency = 0 };

    private SimulatedDevice _device = null!;
    private DeviceBuffer _buffer = null!;
    private PinnedBuffer _host = null!;

    [SetUp]
    public void SetUp()
    {
        _device = new SimulatedDevice(Card, host: Free);
        _buffer = _device.Allocate(8 * Gigabyte, "a test");
        _host = _device.AllocatePinned(8 * Gigabyte, "a test");
    }

    [TearDown]
    public void TearDown()
    {
        _host.Dispose();
        _buffer.Dispose();
        _device.Dispose();
    }

    [Test]
    public void AskingTakesNoTimeAndWaitingDoes()
    {
        using ComputeQueue queue = _device.CreateQueue("copies");
        Copy(queue, 2);
        Assert.That(_device.Clock.Now, Is.Zero);
        queue.Synchronize();
        Assert.That(_device.Clock.Now, Is.EqualTo(2 * Second).Within(1e-9));
    }

    [Test]
    public void CopiesBothWaysAndComputingGoOnAtTheSameTime()
    {
        using ComputeQueue copies = _device.CreateQueue("copies");
        using ComputeQueue back = _device.CreateQueue("back");
        using ComputeQueue compute = _device.CreateQueue("compute");
        Copy(copies, 3);
        back.CopyToHost(_buffer, 0, _host, 0, 2 * Gigabyte);
        Compute(compute, seconds: 1);
        compute.Synchronize();
        Assert.That(_device.Clock.Now, Is.EqualTo(1 * Second).Within(1e-9));
        back.Synchronize();
        Assert.That(_device.Clock.Now, Is.EqualTo(2 * Second).Within(1e-9));
        copies.Synchronize();
        Assert.That(_device.Clock.Now, Is.EqualTo(3 * Second).Within(1e-9));
    }

    [Test]
    public void OneEngineServesTwoQueuesInTurn()
    {
        using ComputeQueue one = _device.CreateQueue("one");
        using ComputeQueue other = _device.CreateQueue("other");
        Copy(one, 1);
        Copy(other, 1);
        Copy(one, 1);
        one.Synchronize();
        other.Synchronize();
        Assert.That(_device.Clock.Now, Is.EqualTo(3 * Second).Within(1e-9));
    }

    /// <summary>The event is recorded anew behind the wait: CUDA's rule is that the wait is for what was recorded when it was asked for.</summary>
    [Test]
    public void AQueueWaitsForTheLastRecordBeforeItWasToldTo()
    {
        using ComputeQueue copies = _device.CreateQueue("copies");
        using ComputeQueue compute = _device.CreateQueue("compute");
        using DeviceEvent copied = _device.CreateEvent();
        Copy(copies, 1);
        copies.Record(copied);
        compute.Wait(copied);
        Compute(compute, seconds: 2);
        Copy(copies, 7);
        copies.Record(copied);
        compute.Synchronize();
        Assert.That(_device.Clock.Now, Is.EqualTo(3 * Second).Within(1e-9));
        Assert.That(copied.IsComplete, Is.False);
        copied.Synchronize();
        Assert.That(_device.Clock.Now, Is.EqualTo(8 * Second).Within(1e-9));
    }

    [Test]
    public void AnEngineTakesWhatIsReadyAndNotWhatWasAskedForFirst()
    {
        using ComputeQueue late = _device.CreateQueue("late");
        using ComputeQueue early = _device.CreateQueue("early");
        using ComputeQueue compute = _device.CreateQueue("compute");
        using DeviceEvent computed = _device.CreateEvent();
        Compute(compute, seconds: 5);
        compute.Record(computed);
        late.Wait(computed);
        Copy(late, 1);
        Copy(early, 2);
        early.Synchronize();
        Assert.That(_device.Clock.Now, Is.EqualTo(2 * Second).Within(1e-9));
        late.Synchronize();
        Assert.That(_device.Clock.Now, Is.EqualTo(6 * Second).Within(1e-9));
    }

    /// <summary>A draft step's input must not stand behind a layer of the target.</summary>
    [Test]
    public void SmallCopiesDoNotWaitForLargeOnes()
    {
        using ComputeQueue copies = _device.CreateQueue("copies");
        using ComputeQueue compute = _device.CreateQueue("compute");
        Copy(copies, 8);
        compute.CopyToDevice(_host, 0, _buffer, 0, 1000);
        compute.Synchronize();
        Assert.That(_device.Clock.Now, Is.LessThan(0.001 * Second));
    }

    [Test]
    public void MemoryIsCountedAndRefused()
    {
        long free = _device.FreeBytes!.Value;
        Assert.That(free, Is.EqualTo(32 * Gigabyte));
        using (DeviceBuffer more = _device.Allocate(32 * Gigabyte, "more"))
        {
            DeviceOutOfMemoryException? refused = Assert.Throws<DeviceOutOfMemoryException>(() => _device.Allocate(1, "a straw"));
            Assert.That(refused!.Message, Does.Contain("a straw").And.Contain("simulated Test"));
            more.Dispose(); // twice is once
        }

        Assert.That(_device.FreeBytes, Is.EqualTo(free));
    }

    [Test]
    public void ProductsTakeWhateverIsLongerBytesOrArithmetic()
    {
        var shape = new WeightShape(8192, 8192, DType.F16);
        using ComputeQueue queue = _device.CreateQueue("compute");
        double one = TimeOf(1);
        double many = TimeOf(4096);
        double bytes = _device.PackedBytes(shape) / Card.MemoryBytesPerSecond;
        Assert.That(one, Is.EqualTo(bytes).Within(0.01 * bytes));
        double flops = 2.0 * 4096 * 8192 * 8192 / Card.FlopsPerSecond;
        Assert.That(many, Is.EqualTo(flops).Within(1e-6));

        double TimeOf(int rows)
        {
            double before = _device.Clock.Now;
            queue.Linear(
                new DeviceTensor(_buffer, 0, DType.F16, rows, 8192),
                new WeightMatrix(_buffer, Gigabyte - (Gigabyte % DeviceBuffer.Alignment), shape),
                null,
                new DeviceTensor(_buffer, 4 * Gigabyte, DType.F32, rows, 8192),
                LinearOutput.Store);
            queue.Synchronize();
            return _device.Clock.Now - before;
        }
    }

    [Test]
    public void CardsAreFoundAsPeopleCallThem([Values("RTX 4090", "rtx4090", "4090", "rtx-4090")] string name)
        => Assert.That(SimulatedCards.Find(SimulatedCards.BuiltIn, name)?.Name, Is.EqualTo("RTX 4090"));

    [Test]
    public void NoCardIsFoundByAPartThatSeveralHave()
        => Assert.That(SimulatedCards.Find(SimulatedCards.BuiltIn, "0"), Is.Null);

    [TestCase("{}", "names no card")]
    [TestCase("nonsense", "no file of cards")]
    [TestCase("""{"cards": [{"name": "X"}]}""", "no file of cards")]
    [TestCase("""{"cards": [{"name": "X", "memoryBytes": 1e9, "memoryBytesPerSecond": -1, "linkBytesPerSecond": 1, "flopsPerSecond": 1, "int4FlopsPerSecond": 1, "source": ""}]}""", "file of cards")]
    [TestCase("""{"cards": [{"name": "X", "memoryBytes": 1000000000, "memoryBytesPerSecond": -1, "linkBytesPerSecond": 1, "flopsPerSecond": 1, "int4FlopsPerSecond": 1, "source": ""}]}""", "'X' has a figure")]
    [TestCase("""{"cards": [null]}""", "''")]
    public void FilesThatHoldNoCardsAreRefused(string json, string why)
        => Assert.That(
            () => SimulatedCards.Parse(System.Text.Encoding.UTF8.GetBytes(json)),
            Throws.TypeOf<FormatException>().With.Message.Contains(why));

    private void Copy(ComputeQueue queue, int gigabytes) => queue.CopyToDevice(_host, 0, _buffer, 0, gigabytes * Gigabyte);

    /// <summary>An op that moves ten gigabytes a second: a row is read and written.</summary>
    private void Compute(ComputeQueue queue, int seconds)
    {
        var rows = new DeviceTensor(_buffer, 0, DType.F32, 1, 1_250_000_000);
        for (int i = 0; i < seconds; i++)
        {
            queue.GatherRows(rows, rows, rows);
        }
    }
}
