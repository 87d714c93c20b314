using System.CommandLine;
using SpecExecNative.Bench.Comparing;
using SpecExecNative.Bench.Coverage;
using SpecExecNative.Bench.Cpu;
using SpecExecNative.Bench.Cuda;
using SpecExecNative.Bench.Documents;
using SpecExecNative.Bench.Generation;
using SpecExecNative.Bench.Micro;
using SpecExecNative.Bench.Paper;
using SpecExecNative.Bench.Stream;
using SpecExecNative.Bench.Sweeping;

namespace SpecExecNative.Bench;

/// <summary>The command line.</summary>
internal static class BenchApplication
{
    public static RootCommand CreateRoot() => new("SpecExecNative benchmarks.")
    {
        CoverageCommand.Create(), CpuCommand.Create(), DocumentsCommand.Create(), GenerateCommand.Create(), KernelsCommand.Create(), MergeCommand.Create(),
        MicroCommand.Create(), PaperCommand.Create(), StreamCommand.Create(), SweepCommand.Create(),
    };

    /// <summary>Runs a command line.</summary>
    /// <param name="args">Its words.</param>
    /// <param name="output">Receives the product and nothing else; null: standard output.</param>
    /// <param name="error">Receives all other words; null: standard error.</param>
    /// <returns>The exit code: see <see cref="BenchExitCode"/>.</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter? output = null, TextWriter? error = null)
    {
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output ?? Console.Out, Error = error ?? Console.Error };
        ParseResult parsed = CreateRoot().Parse(args);
        try
        {
            int code = parsed.Invoke(configuration);
            return parsed.Errors.Count > 0 ? BenchExitCode.Usage : code;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            configuration.Error.WriteLine($"error: {BenchErrors.Describe(e)}");
            return e is BenchException ? BenchExitCode.Usage : BenchExitCode.Failed;
        }
    }
}
