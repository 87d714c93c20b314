using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Bench.Cpu;

/// <summary>
/// karpathy's llama2.c as a yardstick: its <c>run</c>, built by whoever runs the benchmark
/// (<c>gcc -O3 -march=native -fopenmp -o run run.c -lm</c>), on the same weights in its own format.
/// </summary>
internal sealed partial class Llama2C : IDisposable
{
    private readonly string _executable;
    private readonly int _threads;
    private readonly int _tokens;
    private readonly string _folder = Directory.CreateTempSubdirectory("llama2c-").FullName;

    public Llama2C(string executable, Checkpoint checkpoint, int threads, int tokens)
    {
        _executable = executable;
        _threads = threads;
        _tokens = tokens;
        LlamaBinWriter.WriteModel(checkpoint, tokens, ModelPath);
        LlamaBinWriter.WriteTokenizer(checkpoint.Config.VocabularySize, TokenizerPath);
    }

    private string ModelPath => Path.Combine(_folder, "model.bin");

    private string TokenizerPath => Path.Combine(_folder, "tokenizer.bin");

    /// <summary>Tokens per second of one greedy generation, as it prints them itself.</summary>
    public double TokensPerSecond()
    {
        var start = new ProcessStartInfo(_executable, [ModelPath, "-z", TokenizerPath, "-t", "0", "-n", $"{_tokens}", "-i", ""])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = $"{_threads}";
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"Cannot start {_executable}.");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        output.Wait();
        Match match = Achieved().Match(errors);
        return match.Success
            ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"{_executable} ended with {process.ExitCode} and printed no speed: {errors}");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [GeneratedRegex(@"achieved tok/s: ([0-9.]+)")]
    private static partial Regex Achieved();
}
