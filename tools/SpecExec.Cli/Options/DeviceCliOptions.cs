using System.CommandLine;
using System.Globalization;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Kernels;

namespace SpecExecNative.Cli.Options;

/// <summary>Where to compute, and in what.</summary>
internal sealed class DeviceCliOptions
{
    private readonly Option<string> _device = new("--device")
    {
        Description = "Where to compute: auto takes the first card if it works, else the CPU, and says so; cuda takes a card or fails.",
        HelpName = "auto|cpu|cuda[:number]",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<string> _dtype = new("--dtype")
    {
        Description = "What a card computes in. auto: the target's own 16-bit type, if the card can.",
        HelpName = "auto|f16|bf16",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<int?> _threads = new("--threads")
    {
        Description = "Threads of the CPU device. Default: one per logical processor.",
        HelpName = "count",
    };

    private readonly Option<bool> _noKernelCache = new("--no-kernel-cache")
    {
        Description = "Compile a card's kernels anew, and do not keep them.",
    };

    private readonly Option<bool> _exact = new("--exact")
    {
        Description = "The target writes the same text with and without speculation, bit for bit. false: on a card, passes over few tokens may sum in another order, which is faster where nothing is guessed; the text still has the target's distribution.",
        HelpName = "true|false",
        DefaultValueFactory = _ => true,
    };

    public DeviceCliOptions() => _dtype.AcceptOnlyFromAmong("auto", "f16", "bf16");

    public void AddTo(Command command)
    {
        command.Add(_device);
        command.Add(_dtype);
        command.Add(_threads);
        command.Add(_noKernelCache);
        command.Add(_exact);
    }

    /// <exception cref="UsageException">A value makes no sense.</exception>
    public DeviceRequest Read(ParseResult arguments)
    {
        (DeviceKind kind, int ordinal) = ReadDevice(arguments.GetValue(_device)!);
        int? threads = arguments.GetValue(_threads);
        if (threads is < 1 or > 1024)
        {
            throw new UsageException($"--threads must be from 1 to 1024; {threads} was given.");
        }

        DType? element = arguments.GetValue(_dtype) switch
        {
            "f16" => DType.F16,
            "bf16" => DType.BF16,
            _ => null,
        };
        return kind == DeviceKind.Cpu && element is not null
            ? throw new UsageException("--dtype is for cards; the CPU computes in f32 whatever the weights are stored in.")
            : new DeviceRequest(kind, ordinal, element, threads, !arguments.GetValue(_noKernelCache)) { IsExact = arguments.GetValue(_exact) };
    }

    private static (DeviceKind Kind, int Ordinal) ReadDevice(string text)
    {
        const string Numbered = "cuda:";
        return text switch
        {
            "auto" => (DeviceKind.Auto, 0),
            "cpu" => (DeviceKind.Cpu, 0),
            "cuda" => (DeviceKind.Cuda, 0),
            _ when text.StartsWith(Numbered, StringComparison.Ordinal)
                && int.TryParse(text.AsSpan(Numbered.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int ordinal) => (DeviceKind.Cuda, ordinal),
            _ => throw new UsageException($"--device must be auto, cpu, cuda or cuda:number; {text} was given."),
        };
    }
}
