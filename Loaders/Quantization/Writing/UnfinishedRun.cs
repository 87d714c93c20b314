using System.Text;
using System.Text.Json.Nodes;

namespace SpecExecNative.Loaders.Quantization.Writing;

/// <summary>
/// The note in a directory that is being written: what is being made there, held open so that no second process writes it.
/// It is gone when the directory is whole.
/// </summary>
internal sealed class UnfinishedRun : IDisposable
{
    public const string FileName = "unfinished-quantization.json";

    private readonly string _path;
    private readonly FileStream _note;

    private UnfinishedRun(string path, FileStream note) => (_path, _note) = (path, note);

    /// <exception cref="OutputDirectoryException">The directory holds something else, is another run's, or is being written.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static UnfinishedRun Open(string directory, JsonObject description)
    {
        string path = Path.Combine(directory, FileName);
        if (File.Exists(directory))
        {
            throw new OutputDirectoryException($"{directory} is a file. Name a new directory.");
        }

        Directory.CreateDirectory(directory);
        if (!File.Exists(path) && Directory.EnumerateFileSystemEntries(directory).Any())
        {
            throw new OutputDirectoryException($"{directory} is not empty, and holds no unfinished quantization. Name a new directory.");
        }

        var run = new UnfinishedRun(path, OpenNote(path));
        try
        {
            run.RequireSame(directory, JsonFile.Bytes(description));
            foreach (string left in Directory.EnumerateFiles(directory, "*.tmp"))
            {
                File.Delete(left); // of a process that was killed
            }

            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>Removes the note.</summary>
    public void Finish()
    {
        _note.Dispose();
        File.Delete(_path);
    }

    public void Dispose() => _note.Dispose();

    private static FileStream OpenNote(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new OutputDirectoryException($"{Path.GetDirectoryName(path)} is being written by another process. Wait for its end, or name another directory.", e);
        }
    }

    private void RequireSame(string directory, byte[] description)
    {
        if (_note.Length == 0)
        {
            _note.Write(description);
            _note.Flush(flushToDisk: true);
            return;
        }

        byte[] earlier = new byte[_note.Length];
        _note.ReadExactly(earlier);
        if (!earlier.AsSpan().SequenceEqual(description))
        {
            throw new OutputDirectoryException(
                $"{directory} holds an unfinished quantization with other settings or of another model:\n{FirstDifference(Encoding.UTF8.GetString(earlier), Encoding.UTF8.GetString(description))}\nRepeat that command to finish it, or name another directory.");
        }
    }

    private static string FirstDifference(string earlier, string now)
    {
        string[] before = earlier.Split('\n');
        string[] after = now.Split('\n');
        int line = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"  there  {before.ElementAtOrDefault(line)?.Trim()}\n  now    {after.ElementAtOrDefault(line)?.Trim()}";
    }
}
