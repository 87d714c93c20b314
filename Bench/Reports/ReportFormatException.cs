namespace SpecExecNative.Bench.Reports;

/// <summary>A file that should be a report is none, or is damaged.</summary>
/// <param name="file">Its name.</param>
/// <param name="field">Where in it, e.g. <c>cases[3].rows[0].figures[1].value</c>; empty: the whole file.</param>
/// <param name="problem">What is wrong there.</param>
/// <param name="inner">What a parser said.</param>
internal sealed class ReportFormatException(string file, string field, string problem, Exception? inner = null)
    : BenchException(field.Length == 0 ? $"{file}: {problem}" : $"{file}: {field}: {problem}", inner)
{
    public string File { get; } = file;

    public string Field { get; } = field;
}
