using System.Text;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Bench.Reports.Json;

namespace SpecExecNative.Bench.Running;

/// <summary>
/// What a run has done so far, in memory and, if there is a file, on disk after each case: a power cut costs one case. The file is a report in
/// JSON lines; it goes away once the report itself is written.
/// </summary>
internal sealed class Journal : IDisposable
{
    private readonly FileStream? _file;

    private Journal(Report report, FileStream? file) => (Report, _file) = (report, file);

    /// <summary>All so far.</summary>
    public Report Report { get; private set; }

    /// <summary>Its file's path; null: it is in memory only.</summary>
    public string? Path => _file?.Name;

    /// <summary>A journal without a file.</summary>
    public static Journal InMemory(ReportHead head) => new(Empty(head), null);

    /// <summary>A new journal. What another interrupted run has left in the same place is put aside, not lost.</summary>
    /// <param name="path">The file.</param>
    /// <param name="head">What is to be done.</param>
    /// <param name="note">Is told if something was put aside.</param>
    /// <exception cref="JournalException">Another process writes there.</exception>
    public static Journal Create(string path, ReportHead head, Action<string> note)
    {
        if (File.Exists(path))
        {
            using (OpenFile(path))
            {
                // Nobody else has it.
            }

            File.Move(path, path + ".old", overwrite: true);
            note($"note: the journal of an interrupted run was kept as {System.IO.Path.GetFileName(path)}.old; --resume would have gone on with it");
        }

        var journal = new Journal(Empty(head), OpenFile(path));
        journal.Append(JsonLines.HeadLine(head, []));
        return journal;
    }

    /// <summary>The journal of an interrupted run; a new one, if there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="head">What is to be done: the same as then.</param>
    /// <exception cref="JournalException">It belongs to another run, or another process writes it.</exception>
    /// <exception cref="ReportFormatException">It is damaged by more than a last line that broke off.</exception>
    public static Journal Resume(string path, ReportHead head)
    {
        FileStream file = OpenFile(path);
        try
        {
            Report report = ReadWholeLines(file);
            if (file.Length == 0)
            {
                var fresh = new Journal(Empty(head), file);
                fresh.Append(JsonLines.HeadLine(head, []));
                return fresh;
            }

            return head.DifferenceTo(report.Head) is { } difference
                ? throw new JournalException(NameOf(file), $"it is the journal of another run ({difference}); delete it, or run that one")
                : new Journal(report, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        Report ReadWholeLines(FileStream from)
        {
            byte[] bytes = new byte[from.Length];
            from.ReadExactly(bytes);
            int end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
            from.SetLength(end);
            from.Position = end;
            try
            {
                return end == 0 ? Empty(head) : JsonLines.Read(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, end), NameOf(from));
            }
            catch (DecoderFallbackException e)
            {
                throw new ReportFormatException(NameOf(from), "", "it is not UTF-8", e);
            }
        }
    }

    /// <summary>A sitting begins.</summary>
    public void Add(ReportRun run)
    {
        Append(JsonLines.RunLine(run));
        Report = Report with { Runs = [.. Report.Runs, run] };
    }

    /// <summary>A case is done.</summary>
    public void Add(ReportCase done)
    {
        Append(JsonLines.CaseLine(done));
        Report = Report with { Cases = [.. Report.Cases, done] };
    }

    /// <summary>Closes the file and removes it.</summary>
    public void Delete()
    {
        Dispose();
        if (Path is { } path)
        {
            File.Delete(path);
        }
    }

    public void Dispose() => _file?.Dispose();

    private static Report Empty(ReportHead head) => new(head, [], [], []);

    private static string NameOf(FileStream file) => System.IO.Path.GetFileName(file.Name);

    private static FileStream OpenFile(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JournalException(System.IO.Path.GetFileName(path), "it cannot be opened: another process writes it, or the folder is not there or not writable", e);
        }
    }

    private void Append(string line)
    {
        if (_file is not null)
        {
            _file.Write(Encoding.UTF8.GetBytes(line));
            _file.Flush(flushToDisk: true);
        }
    }
}
