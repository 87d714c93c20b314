using System.CommandLine;
using SpecExecNative.Cli.Models;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Engine.Quantization;

namespace SpecExecNative.Cli.Options;

/// <summary>What to quantize, how, and where to.</summary>
internal sealed class QuantizeCliOptions
{
    private const string Nearest = "rtn";
    private const string Gptq = "gptq";

    private static readonly Dictionary<string, string> Names = new()
    {
        [nameof(QuantizeOptions.GroupSize)] = "--group-size",
        [nameof(QuantizeOptions.Damping)] = "--damping",
        [nameof(QuantizeOptions.HasActOrder)] = "--act-order",
    };

    private readonly ModelArgument _model = new("quantize")
    {
        Description = "A model that is not quantized: a directory, or org/name in the Hugging Face cache. Default: the demo target.",
    };

    private readonly Option<string> _output = new("--out", "-o")
    {
        Description = "The directory to write: new, empty, or left unfinished by the same command, which is then continued.",
        HelpName = "dir",
        Required = true,
    };

    private readonly Option<string> _method = new("--method")
    {
        Description = "gptq makes good the error of each input by those to come, as a calibration text teaches it; rtn rounds to nearest, in seconds.",
        HelpName = "gptq|rtn",
        DefaultValueFactory = _ => Gptq,
    };

    private readonly Option<int> _groupSize = new("--group-size", "-g")
    {
        Description = "Inputs that share a scale; -1: all of a row. 32 is nearer to the original than 128, and a tenth larger.",
        HelpName = "inputs",
        DefaultValueFactory = _ => 128,
    };

    private readonly Option<bool> _symmetric = new("--sym") { Description = "The same zero for all groups." };

    private readonly Option<bool> _actOrder = new("--act-order") { Description = "gptq: round the important inputs first, and group inputs of like importance." };

    private readonly Option<string?> _calibration = new("--calibration")
    {
        Description = "gptq: a UTF-8 text such as the model is for. Default: the demo pair's, for the demo target alone.",
        HelpName = "file",
    };

    private readonly Option<int> _windows = new("--windows") { Description = "gptq: windows of the text that are used at most, spread evenly.", HelpName = "count", DefaultValueFactory = _ => 128 };

    private readonly Option<int?> _windowLength = new("--window-length") { Description = "gptq: tokens of a window. Default: 512, or the model's context if that is shorter.", HelpName = "tokens" };

    private readonly Option<double> _damping = new("--damping")
    {
        Description = "gptq: share of the mean importance that is added to every input's.",
        HelpName = "share",
        DefaultValueFactory = _ => new QuantizeOptions().Damping,
    };

    private readonly DeviceCliOptions _device = new();

    public QuantizeCliOptions() => _method.AcceptOnlyFromAmong(Gptq, Nearest);

    public void AddTo(Command command)
    {
        _model.AddTo(command);
        foreach (Option option in (Option[])[_output, _method, _groupSize, _symmetric, _actOrder, _calibration, _windows, _windowLength, _damping])
        {
            command.Add(option);
        }

        _device.AddTo(command);
    }

    /// <exception cref="UsageException">A value makes no sense.</exception>
    public QuantizeRequest Read(ParseResult arguments, CommandContext context)
    {
        string? given = _model.Read(arguments);
        int groupSize = arguments.GetValue(_groupSize);
        var options = new QuantizeOptions
        {
            Method = arguments.GetValue(_method) == Nearest ? RoundingMethod.Nearest : RoundingMethod.Gptq,
            GroupSize = groupSize == -1 ? null : groupSize,
            IsSymmetric = arguments.GetValue(_symmetric),
            HasActOrder = arguments.GetValue(_actOrder),
            Damping = arguments.GetValue(_damping),
        };
        OptionNames.Check(options.Validate, Names);
        return new QuantizeRequest(
            given ?? ModelArgument.DemoTarget(context),
            arguments.GetValue(_output) is { Length: > 0 } output ? output : throw new UsageException("--out is empty."),
            options,
            ReadCalibration(arguments, options.Method, isDemo: given is null, context),
            _device.Read(arguments));
    }

    private CalibrationRequest? ReadCalibration(ParseResult arguments, RoundingMethod method, bool isDemo, CommandContext context)
    {
        string? file = arguments.GetValue(_calibration);
        if (method == RoundingMethod.Nearest)
        {
            return file is null ? null : throw new UsageException("--method rtn uses no calibration text; leave --calibration out, or choose --method gptq.");
        }

        int windows = arguments.GetValue(_windows);
        int? length = arguments.GetValue(_windowLength);
        if (windows is < 1 or > 65_536)
        {
            throw new UsageException($"--windows must be from 1 to 65536; {windows} was given.");
        }

        if (length is < 2)
        {
            throw new UsageException($"--window-length must be 2 or more; {length} was given.");
        }

        file ??= isDemo
            ? Path.Combine(context.Host.BaseDirectory, DemoPair.CalibrationText)
            : throw new UsageException("--method gptq learns from a text: give --calibration FILE (a text such as the model is for; 100 kB will do), or choose --method rtn.");
        return new CalibrationRequest(file, windows, length);
    }
}
