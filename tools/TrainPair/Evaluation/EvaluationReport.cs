using System.Text;
using SpecExecNative.TrainPair.Storage;

namespace SpecExecNative.TrainPair.Evaluation;

/// <summary>Markdown that grows while the evaluation runs; every line is echoed to standard error.</summary>
internal sealed class EvaluationReport
{
    private readonly StringBuilder _text = new();

    public void Line(string line)
    {
        _text.Append(line).Append('\n');
        Console.Error.WriteLine(line);
    }

    public void TableHead(IEnumerable<string> columns)
    {
        string[] cells = [.. columns];
        Line("");
        Row(cells);
        Row(cells.Select(_ => "---"));
    }

    public void Row(IEnumerable<string> cells)
    {
        Line($"| {string.Join(" | ", cells)} |");
    }

    public void Save(string path)
    {
        AtomicFile.WriteText(path, _text.ToString());
    }
}
