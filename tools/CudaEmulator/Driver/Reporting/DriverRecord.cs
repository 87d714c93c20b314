using SpecExecNative.CudaEmulator.Settings;

namespace SpecExecNative.CudaEmulator.Driver.Reporting;

/// <summary>What has happened since the reset: calls, work done, findings, and legal but doubtful habits.</summary>
internal sealed class DriverRecord(EmulatorSettings settings)
{
    private const int MostFindings = 100;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, long> _calls = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _notes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (long Count, long Bytes)> _work = new(StringComparer.Ordinal);
    private readonly List<Finding> _findings = [];
    private long _totalCalls;

    /// <summary>Counts a call and says what is posed to happen to it.</summary>
    /// <returns>Success, or the status the call must return without doing anything.</returns>
    internal CudaResult CountCall(string name)
    {
        lock (_lock)
        {
            long nth = _calls[name] = _calls.GetValueOrDefault(name) + 1;
            _totalCalls++;
            if (_totalCalls > settings.LostAfterCalls)
            {
                return settings.LostResult;
            }

            return settings.Failure is { } failure && failure.Hits(name, nth, _totalCalls) ? failure.Code : CudaResult.Success;
        }
    }

    /// <summary>Something legal that a careful program avoids: a copy from pageable memory, a wait for nothing.</summary>
    internal void Note(string habit)
    {
        lock (_lock)
        {
            _notes[habit] = _notes.GetValueOrDefault(habit) + 1;
        }
    }

    internal void CountWork(string kind, long bytes)
    {
        lock (_lock)
        {
            (long count, long sum) = _work.GetValueOrDefault(kind);
            _work[kind] = (count + 1, sum + bytes);
        }
    }

    internal void Add(Finding finding)
    {
        lock (_lock)
        {
            if (_findings.Count < MostFindings)
            {
                _findings.Add(finding);
            }
        }
    }

    internal RecordSnapshot Snapshot()
    {
        lock (_lock)
        {
            return new RecordSnapshot(_totalCalls, _calls.ToArray(), _notes.ToArray(), _work.ToArray(), [.. _findings]);
        }
    }
}
