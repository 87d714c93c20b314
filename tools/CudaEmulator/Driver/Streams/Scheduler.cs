using System.Diagnostics;
using SpecExecNative.CudaEmulator.Driver.Reporting;
using SpecExecNative.CudaEmulator.Driver.Work;

namespace SpecExecNative.CudaEmulator.Driver.Streams;

/// <summary>
/// Runs a context's operations out of step with the host: a thread an engine takes ready operations, a fourth starts
/// those that nobody has asked for in time. All state is guarded by the gate, which waiting and working let go.
/// </summary>
internal sealed class Scheduler : IDisposable
{
    private readonly object _gate;
    private readonly WorkSite _site;
    private readonly Eagerness _eagerness;
    private readonly Action<Finding> _onFailure;
    private readonly List<Operation>[] _ready = [[], [], []];
    private readonly Operation?[] _running = new Operation?[3];
    private readonly LinkedList<Operation> _pending = [];
    private readonly PriorityQueue<Operation, long> _deadlines = new();
    private readonly OrderCheck _order;
    private readonly Thread[] _threads;
    private VectorClock _host = VectorClock.Zero;
    private VectorClock _submitted = VectorClock.Zero;
    private bool _isStopped;
    private bool _hasFailed;

    /// <param name="gate">The lock that every member expects to be held.</param>
    /// <param name="site">Where work is executed.</param>
    /// <param name="onFailure">Called under the gate when work has failed; all that is queued is then dropped.</param>
    internal Scheduler(object gate, WorkSite site, Action<Finding> onFailure)
    {
        _gate = gate;
        _site = site;
        _onFailure = onFailure;
        _eagerness = new Eagerness(site.Settings);
        _order = new OrderCheck(site);
        site.FindUser = FindUser;
        _threads =
        [
            Start("compute engine", () => Serve(Engine.Compute)),
            Start("upload engine", () => Serve(Engine.Upload)),
            Start("download engine", () => Serve(Engine.Download)),
            Start("patience", WatchDeadlines),
        ];
    }

    /// <summary>Queues an operation.</summary>
    /// <param name="chain">The chain it continues; its latest operation must be among <paramref name="after"/> or before them.</param>
    /// <param name="work">Null for a mere point in the order.</param>
    /// <param name="after">What must be complete before it starts.</param>
    internal Operation Submit(Chain chain, DeviceWork? work, params ReadOnlySpan<Operation?> after)
    {
        VectorClock clock = _host;
        foreach (Operation? earlier in after)
        {
            clock = earlier is null ? clock : clock.Join(earlier.Clock);
        }

        clock = clock.With(chain.Index, chain.Next());
        _submitted = _submitted.Join(clock);
        var operation = new Operation(work, chain, clock) { Deadline = _eagerness.Deadline() };
        foreach (Operation? earlier in after)
        {
            if (earlier is { IsComplete: false })
            {
                earlier.Waiting.Add(operation);
                operation.Waited.Add(earlier);
                operation.Unfinished++;
            }
        }

        work?.Queued(_site);
        _pending.AddLast(operation);
        if (_hasFailed)
        {
            Finish(operation);
        }
        else if (operation.Deadline == 0)
        {
            Demand(operation);
        }
        else
        {
            _deadlines.Enqueue(operation, operation.Deadline);
            Monitor.PulseAll(_gate);
        }

        return operation;
    }

    /// <summary>Asks for an operation and all it waits for.</summary>
    internal void Demand(Operation operation)
    {
        var wanted = new Stack<Operation>([operation]);
        while (wanted.TryPop(out Operation? next))
        {
            if (next.IsDemanded || next.IsComplete)
            {
                continue;
            }

            next.IsDemanded = true;
            next.Waited.ForEach(wanted.Push);
            Advance(next);
        }
    }

    /// <summary>Lets the gate go until the operation is complete; the host then comes after it.</summary>
    internal void Wait(Operation operation)
    {
        Demand(operation);
        while (!operation.IsComplete)
        {
            Monitor.Wait(_gate);
        }

        _host = _host.Join(operation.Clock);
    }

    /// <summary>Waits for everything queued so far; the host then comes after all of it, also what had ended before.</summary>
    internal void WaitForAll()
    {
        VectorClock submitted = _submitted;
        Operation[] pending = [.. _pending];
        foreach (Operation operation in pending)
        {
            Demand(operation);
        }

        foreach (Operation operation in pending)
        {
            Wait(operation);
        }

        _host = _host.Join(submitted);
    }

    /// <summary>Whether the operation is complete; asking is enough to make it start.</summary>
    internal bool Query(Operation operation)
    {
        Demand(operation);
        if (operation.IsComplete)
        {
            _host = _host.Join(operation.Clock);
        }

        return operation.IsComplete;
    }

    /// <summary>The first unfinished work that uses any of these bytes.</summary>
    internal DeviceWork? FindUser(ulong address, long bytes, Func<MemoryAccess, bool>? which = null)
    {
        foreach (Operation operation in _pending)
        {
            foreach (MemoryAccess access in operation.Work?.Footprint ?? [])
            {
                if (access.Overlaps(address, bytes) && (which is null || which(access)))
                {
                    return operation.Work;
                }
            }
        }

        return null;
    }

    /// <summary>Lets the gate go until running work that the host may already have seen the end of counts as complete.</summary>
    internal void WaitForVisible()
    {
        while (_running.Any(operation => operation is not null && IsVisibleToHost(operation.Work!)))
        {
            Monitor.Wait(_gate);
        }
    }

    /// <summary>An allocation is gone, with all that is known of it.</summary>
    internal void Forget(ulong region) => _order.Forget(region);

    /// <summary>Drops everything that has not started; what is running is cancelled.</summary>
    internal void Fail()
    {
        _hasFailed = true;
        foreach (Operation operation in _pending.ToArray())
        {
            bool isRunning = operation.IsDispatched && !_ready[(int)operation.Work!.Engine].Remove(operation);
            if (!isRunning && !operation.IsComplete)
            {
                Finish(operation);
            }
        }
    }

    /// <summary>Drops what is queued and ends the threads. The gate must not be held.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            Fail();
            _isStopped = true;
            _site.Cancel();
            Monitor.PulseAll(_gate);
        }

        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
    }

    private static Thread Start(string name, ThreadStart body)
    {
        var thread = new Thread(body) { IsBackground = true, Name = $"CUDA emulator, {name}" };
        thread.Start();
        return thread;
    }

    private void Advance(Operation operation)
    {
        if (operation.Unfinished > 0 || !operation.IsDemanded || operation.IsDispatched || operation.IsComplete)
        {
            return;
        }

        if (operation.Work is null)
        {
            Finish(operation);
            return;
        }

        operation.IsDispatched = true;
        _ready[(int)operation.Work.Engine].Add(operation);
        Monitor.PulseAll(_gate);
    }

    // A chain of mere points may be thousands long: no recursion.
    private void Finish(Operation first)
    {
        var finished = new Stack<Operation>([first]);
        while (finished.TryPop(out Operation? operation))
        {
            operation.IsComplete = true;
            operation.CompletedAt = Stopwatch.GetTimestamp();
            operation.Waited.Clear();
            _pending.Remove(operation);
            foreach (Operation waiting in operation.Waiting)
            {
                waiting.Waited.Remove(operation);
                waiting.Unfinished--;
                if (waiting is { Unfinished: 0, IsDemanded: true, IsComplete: false, Work: null })
                {
                    finished.Push(waiting);
                }
                else
                {
                    Advance(waiting);
                }
            }

            operation.Waiting.Clear();
        }

        Monitor.PulseAll(_gate);
    }

    private void Serve(Engine engine)
    {
        List<Operation> ready = _ready[(int)engine];
        lock (_gate)
        {
            while (!_isStopped)
            {
                if (ready.Count == 0)
                {
                    Monitor.Wait(_gate);
                    continue;
                }

                int picked = _eagerness.Pick(ready.Count);
                Operation operation = ready[picked];
                ready.RemoveAt(picked);
                _running[(int)engine] = operation;
                if (IsVisibleToHost(operation.Work!))
                {
                    // Seen by the host as soon as it is written, long before the operation counts as complete.
                    _host = _host.Join(operation.Clock);
                }

                Finding? failure = ExecuteOutsideTheGate(operation.Work!);
                _running[(int)engine] = null;
                failure ??= _hasFailed ? null : _order.Check(operation, settled: _pending.Count <= 1 ? _host : VectorClock.Zero);
                if (failure is not null && !_hasFailed)
                {
                    _onFailure(failure);
                }

                Finish(operation);
            }
        }
    }

    private Finding? ExecuteOutsideTheGate(DeviceWork work)
    {
        Monitor.Exit(_gate);
        try
        {
            work.Execute(_site);
            return null;
        }
        catch (DeviceFault fault)
        {
            return fault.Finding;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new Finding("emulator-defect", $"{work.Description}: {exception}", CudaResult.Unknown);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            Monitor.Enter(_gate);
        }
    }

    // The host may learn how far a queue is by a word in mapped memory, without any call.
    private bool IsVisibleToHost(DeviceWork work) =>
        work.Footprint.Any(access => access.Kind != AccessKind.Read && _site.IsMappedHost(access.Address));

    private void WatchDeadlines()
    {
        lock (_gate)
        {
            while (!_isStopped)
            {
                if (!_deadlines.TryPeek(out Operation? operation, out long deadline))
                {
                    Monitor.Wait(_gate);
                    continue;
                }

                long left = deadline - Stopwatch.GetTimestamp();
                if (operation.IsComplete || left <= 0)
                {
                    _deadlines.Dequeue();
                    Demand(operation);
                }
                else
                {
                    Monitor.Wait(_gate, TimeSpan.FromSeconds((double)left / Stopwatch.Frequency) + TimeSpan.FromMilliseconds(1));
                }
            }
        }
    }
}
