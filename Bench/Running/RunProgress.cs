using System.Diagnostics;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Bench.Running;

/// <summary>
/// Says on standard error how far a run is: on a terminal in one line that is written over, elsewhere in a line for each case.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="terminalWidth">Columns of the terminal; null: it is none.</param>
internal sealed class RunProgress(TextWriter output, int? terminalWidth)
{
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private string _line = "";
    private string _name = "";
    private int _total;
    private int _number;

    /// <param name="total">Cases in all.</param>
    /// <param name="done">Those that an earlier sitting has done.</param>
    public void Start(int total, int done)
    {
        (_total, _number) = (total, done);
        if (done > 0)
        {
            Note($"{done} of {total} cases are there already");
        }
    }

    /// <summary>A case begins.</summary>
    public void Begin(string name)
    {
        _name = PlainText.Of(name);
        _number++;
        if (terminalWidth is { } width)
        {
            Erase();
            string line = $"[{_number}/{_total}, {Text(_elapsed.Elapsed)}] {_name}";
            _line = line.Length < width ? line : line[..(width - 1)]; // a line that wraps cannot be written over
            output.Write(_line);
        }
    }

    /// <summary>It has ended.</summary>
    public void Finish(TimeSpan time)
    {
        if (terminalWidth is null)
        {
            output.WriteLine($"[{_number}/{_total}, {Text(_elapsed.Elapsed)}] {_name}: {time.TotalSeconds:0.0} s");
        }
    }

    /// <summary>Something that is not to be missed.</summary>
    public void Note(string text)
    {
        Erase();
        output.WriteLine(text);
        output.Write(_line);
    }

    /// <summary>Nothing more comes.</summary>
    public void End()
    {
        Erase();
        _line = "";
    }

    private void Erase()
    {
        if (_line.Length > 0)
        {
            const string EraseLine = "\r\u001b[2K";
            output.Write(EraseLine);
        }
    }

    private static string Text(TimeSpan time) => $"{(int)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}";
}
