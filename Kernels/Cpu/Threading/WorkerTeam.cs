using System.Runtime.ExceptionServices;

namespace SpecExecNative.Kernels.Cpu.Threading;

/// <summary>
/// A fixed team of threads that shares the items of one op at a time; the caller is member 0. Between ops members spin
/// briefly and then sleep. A member that wakes too late finds the op closed and is not waited for.
/// </summary>
internal sealed unsafe class WorkerTeam : IDisposable
{
    /// <summary>More would not fit the state word and helps nobody.</summary>
    public const int MaxThreads = 1024;

    // Below this cost (a few microseconds) an op is done before a second thread could join.
    private const long WorthSharing = 1 << 16;

    // Some 20 µs: the time between two ops of a small model.
    private const int SpinsBeforeSleep = 600;

    // _state: generation << 16 | open << 15 | members at work. One word, so that joining and closing cannot miss each other.
    private const long Open = 1 << 15;
    private const long NextGeneration = 1 << 16;
    private const long MemberMask = Open - 1;

    private readonly Thread[] _members;
    private readonly object _sleepGate = new();
    private readonly object _callGate = new();
    private long _state;
    private int _sleeping;
    private volatile bool _stopping;

    private delegate*<void*, int, int, void> _execute;
    private void* _work;
    private int _items;
    private int _nextItem;
    private Exception? _failure;

    public WorkerTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, MaxThreads);
        _members = new Thread[threads - 1];
        int started = 0;
        try
        {
            for (; started < _members.Length; started++)
            {
                int worker = started + 1;
                _members[started] = new Thread(() => MemberLoop(worker)) { IsBackground = true, Name = $"SpecExec CPU {worker}" };
                _members[started].Start();
            }
        }
        catch
        {
            _members = _members[..started];
            Dispose(); // the system gave some threads and refused one: let go of them all
            throw;
        }
    }

    /// <summary>Members with the caller.</summary>
    public int Threads => _members.Length + 1;

    /// <summary>Runs all items and returns when they are done. Calls from several threads take turns.</summary>
    /// <param name="work">Stays where it is until the call returns.</param>
    /// <param name="items">Number of items.</param>
    /// <param name="costPerItem">Some measure of an item's work, about one multiply-add each.</param>
    public void Run<TWork>(ref TWork work, int items, long costPerItem)
        where TWork : unmanaged, IWork
    {
        lock (_callGate)
        {
            ObjectDisposedException.ThrowIf(_stopping, typeof(CpuDevice));
            if (items <= 1 || _members.Length == 0 || items * costPerItem < WorthSharing)
            {
                for (int item = 0; item < items; item++)
                {
                    work.Execute(item, 0);
                }

                return;
            }

            fixed (TWork* pinned = &work)
            {
                RunTogether(&ExecuteOne<TWork>, pinned, items);
            }
        }
    }

    /// <summary>Waits for an op in progress, then for every member to end.</summary>
    public void Dispose()
    {
        lock (_callGate)
        {
            lock (_sleepGate)
            {
                _stopping = true;
                Monitor.PulseAll(_sleepGate);
            }
        }

        foreach (Thread member in _members)
        {
            member.Join();
        }
    }

    private static void ExecuteOne<TWork>(void* work, int item, int worker)
        where TWork : unmanaged, IWork
        => ((TWork*)work)->Execute(item, worker);

    private void RunTogether(delegate*<void*, int, int, void> execute, void* work, int items)
    {
        _execute = execute;
        _work = work;
        _items = items;
        _nextItem = 0;
        _failure = null;
        Interlocked.Exchange(ref _state, (_state & ~(NextGeneration - 1)) + NextGeneration + Open);
        WakeSleepers();

        TakeItems(0);

        Interlocked.And(ref _state, ~Open);
        SpinWait spin = default;
        while ((Volatile.Read(ref _state) & MemberMask) != 0)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        if (_failure is { } failure)
        {
            _failure = null;
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private void WakeSleepers()
    {
        if (Volatile.Read(ref _sleeping) > 0)
        {
            lock (_sleepGate)
            {
                Monitor.PulseAll(_sleepGate);
            }
        }
    }

    private void TakeItems(int worker)
    {
        try
        {
            for (int item = Interlocked.Increment(ref _nextItem) - 1; item < _items; item = Interlocked.Increment(ref _nextItem) - 1)
            {
                _execute(_work, item, worker);
            }
        }
#pragma warning disable CA1031 // The first failure is carried to the caller, whatever it is.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
            Volatile.Write(ref _nextItem, _items);
        }
    }

    private void MemberLoop(int worker)
    {
        long lastGeneration = 0;
        while (!_stopping)
        {
            long state = WaitForNews(lastGeneration);
            lastGeneration = state & ~(NextGeneration - 1);
            while ((state & Open) != 0 && (state & ~(NextGeneration - 1)) == lastGeneration)
            {
                long seen = Interlocked.CompareExchange(ref _state, state + 1, state);
                if (seen == state)
                {
                    TakeItems(worker);
                    Interlocked.Decrement(ref _state);
                    break;
                }

                state = seen;
            }
        }
    }

    /// <summary>Returns when the state has an open op of a later generation, or when the team is being disposed.</summary>
    private long WaitForNews(long lastGeneration)
    {
        for (int i = 0; i < SpinsBeforeSleep; i++)
        {
            long state = Volatile.Read(ref _state);
            if (IsNews(state, lastGeneration))
            {
                return state;
            }

            Thread.SpinWait(4);
        }

        lock (_sleepGate)
        {
            Interlocked.Increment(ref _sleeping);
            long state;
            while (!IsNews(state = Volatile.Read(ref _state), lastGeneration) && !_stopping)
            {
                Monitor.Wait(_sleepGate);
            }

            Interlocked.Decrement(ref _sleeping);
            return state;
        }
    }

    private static bool IsNews(long state, long lastGeneration)
        => (state & Open) != 0 && (state & ~(NextGeneration - 1)) != lastGeneration;
}
