using NUnit.Framework;
using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Tests.Kernels.Cpu;

public sealed unsafe class WorkerTeamTests
{
    private const long WorthSharing = long.MaxValue / 10_000;

    [Test]
    public void EveryItemRunsExactlyOnce([Values(1, 2, 5)] int threads)
    {
        int[] counts = new int[40];
        using WorkerTeam team = new(threads);
        fixed (int* at = counts)
        {
            CountWork work = new() { Counts = at, Threads = threads };
            for (int run = 0; run < 5000; run++)
            {
                int items = run % counts.Length;
                team.Run(ref work, items, WorthSharing);
                for (int item = 0; item < counts.Length; item++)
                {
                    if (counts[item] != (item < items ? 1 : 0))
                    {
                        Assert.Fail($"run {run}: item {item} of {items} ran {counts[item]} times");
                    }

                    counts[item] = 0;
                }
            }
        }
    }

    [Test]
    public void SleepingMembersWakeUp()
    {
        // The items wait for each other, so the run ends only if a second member has joined.
        using WorkerTeam team = new(2);
        int arrived = 0;
        MeetWork work = new() { Arrived = &arrived };
        for (int run = 0; run < 5; run++)
        {
            Thread.Sleep(30);
            arrived = 0;
            team.Run(ref work, 2, WorthSharing);
            Assert.That(arrived, Is.EqualTo(2));
        }
    }

    [Test]
    public void CallsFromSeveralThreadsTakeTurns()
    {
        using WorkerTeam team = new(2);
        long total = 0;
        Parallel.For(0, 4, _ =>
        {
            int* counts = stackalloc int[8];
            CountWork work = new() { Counts = counts, Threads = 2 };
            for (int run = 0; run < 500; run++)
            {
                team.Run(ref work, 8, WorthSharing);
            }

            for (int i = 0; i < 8; i++)
            {
                Interlocked.Add(ref total, counts[i]);
            }
        });
        Assert.That(total, Is.EqualTo(4 * 500 * 8));
    }

    [TestCase(1)]
    [TestCase(3)]
    public void AFailureReachesTheCallerAndTheTeamGoesOn(int threads)
    {
        using WorkerTeam team = new(threads);
        int count = 0;
        CountWork fine = new() { Counts = &count, Threads = threads };
        for (int run = 0; run < 50; run++)
        {
            FailWork failing = default;
            Assert.That(() => team.Run(ref failing, 20, WorthSharing), Throws.InvalidOperationException.With.Message.EqualTo("item 7"));
            team.Run(ref fine, 1, WorthSharing);
        }

        Assert.That(count, Is.EqualTo(50));
    }

    [Test]
    public void ADisposedTeamRefusesWork()
    {
        WorkerTeam team = new(3);
        team.Dispose();
        team.Dispose();
        FailWork work = default;
        Assert.That(() => team.Run(ref work, 1, 1), Throws.TypeOf<ObjectDisposedException>());
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(100_000)]
    public void AWrongSizeIsRefused(int threads)
        => Assert.That(() => new WorkerTeam(threads), Throws.TypeOf<ArgumentOutOfRangeException>());

    private struct CountWork : IWork
    {
        public int* Counts;
        public int Threads;

        public readonly void Execute(int item, int worker)
        {
            if ((uint)worker < (uint)Threads)
            {
                Interlocked.Increment(ref Counts[item]);
            }
        }
    }

    private struct MeetWork : IWork
    {
        public int* Arrived;

        public readonly void Execute(int item, int worker)
        {
            Interlocked.Increment(ref *Arrived);
            long deadline = Environment.TickCount64 + 10_000;
            while (Volatile.Read(ref *Arrived) < 2)
            {
                if (Environment.TickCount64 > deadline)
                {
                    throw new TimeoutException("nobody joined");
                }

                Thread.Yield();
            }
        }
    }

    private struct FailWork : IWork
    {
        public readonly void Execute(int item, int worker)
        {
            if (item == 7)
            {
                throw new InvalidOperationException("item 7");
            }
        }
    }
}
