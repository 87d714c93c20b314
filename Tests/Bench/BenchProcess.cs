using NUnit.Framework;
using SpecExecNative.Bench;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Tests.Bench;

/// <summary>The benchmarks' command line, within this process.</summary>
internal static class BenchProcess
{
    /// <summary>Runs a subcommand and reads what it prints, by the program's own reader.</summary>
    public static Report Report(params string[] args) => ReportAndWords(args).Report;

    /// <summary>The same, and what it says beside.</summary>
    public static (Report Report, string Words) ReportAndWords(params string[] args)
    {
        (StringWriter output, StringWriter error) = (new StringWriter(), new StringWriter());
        Assert.That(BenchApplication.Run([.. args, "-o", "json"], output, error), Is.EqualTo(BenchExitCode.Success), error.ToString());
        return (ReportReader.Read(output.ToString(), ReportFormat.Json, "standard output"), error.ToString());
    }

    /// <summary>Names of the cases.</summary>
    public static string[] List(params string[] args)
    {
        using StringWriter output = new();
        Assert.That(BenchApplication.Run([.. args, "--list"], output, TextWriter.Null), Is.EqualTo(BenchExitCode.Success));
        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
