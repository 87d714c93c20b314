using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cpu;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Cli;

/// <summary>What the world gives to the command: its streams, its variables, its devices. Tests give their own.</summary>
public sealed record CliHost
{
    public required TextReader Input { get; init; }

    /// <summary>The input is a file or a pipe: a prompt can be read from it without waiting for someone to type.</summary>
    public bool IsInputRedirected { get; init; }

    /// <summary>Takes the product and nothing else: text, JSON, drawings.</summary>
    public required TextWriter Output { get; init; }

    public bool IsOutputTerminal { get; init; }

    /// <summary>Takes everything that is said about the work: progress, notices, statistics, errors.</summary>
    public required TextWriter Error { get; init; }

    public bool IsErrorTerminal { get; init; }

    /// <summary>Environment variables; null: not set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Makes the CPU device for a number of threads; null: one per processor.</summary>
    public Func<int?, ComputeDevice> CreateCpuDevice { get; init; } = threads => new CpuDevice(threads);

    /// <summary>Finds a card by number, or throws <see cref="CudaUnavailableException"/>.</summary>
    public Func<int, CudaCard> FindCard { get; init; } = CudaCard.Require;

    /// <summary>Makes a card ready to compute.</summary>
    public Func<CudaDeviceOptions, CancellationToken, ComputeDevice> OpenCard { get; init; } = CudaDevice.Open;

    /// <summary>What else there is of NVIDIA's things, for those who look at them: <c>doctor</c> and <c>kernels</c>.</summary>
    public CudaAccess Cuda { get; init; } = new();

    /// <summary>Where <c>demo-pair</c> lies.</summary>
    public string BaseDirectory { get; init; } = AppContext.BaseDirectory;
}
