using System.CommandLine;
using SpecExecNative.Cli.Models;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Engine.Transformers;

namespace SpecExecNative.Cli.Options;

/// <summary>Which models run, and where.</summary>
internal sealed class ModelCliOptions
{
    private readonly Option<string?> _model = new("--model", "-m")
    {
        Description = "Target: a directory, or org/name in the Hugging Face cache. Default: the demo pair that comes along.",
        HelpName = "dir|org/name",
    };

    private readonly Option<string?> _draft = new("--model-draft", "-md")
    {
        Description = "Draft: a small model with the target's vocabulary. It decides the speed, never the text.",
        HelpName = "dir|org/name",
    };

    private readonly Option<int?> _contextSize = new("--ctx-size", "-c")
    {
        Description = $"Tokens of prompt and text together. Default: the model's own context, at most {TransformerOptions.DefaultContextLength}.",
        HelpName = "tokens",
    };

    private readonly Option<string> _format = new("--load-format")
    {
        Description = "Where the weights come from: the model's files (auto), or a generator, to time a model that only its config.json is here of (dummy: as the configuration says; dummy-int4: layers in 4 bits, groups of 128). Tokens are numbers then, and no text comes out.",
        HelpName = "auto|dummy|dummy-int4",
        DefaultValueFactory = _ => "auto",
    };

    private readonly OffloadCliOptions _offload = new();
    private readonly DeviceCliOptions _device = new();

    public void AddTo(Command command)
    {
        command.Add(_model);
        command.Add(_draft);
        command.Add(_contextSize);
        command.Add(_format);
        _offload.AddTo(command);
        _offload.AddStorageTo(command);
        _device.AddTo(command);
    }

    /// <param name="arguments">The command line.</param>
    /// <param name="host">Says where the demo pair lies.</param>
    /// <exception cref="UsageException">A value makes no sense.</exception>
    public ModelRequest Read(ParseResult arguments, CliHost host)
    {
        string? model = arguments.GetValue(_model);
        string? draft = arguments.GetValue(_draft);
        if (model is null && draft is not null)
        {
            throw new UsageException("--model-draft needs --model: a draft works for the target it was given.");
        }

        int? contextSize = arguments.GetValue(_contextSize);
        OptionNames.Check(
            () => new TransformerOptions { ContextLength = contextSize }.Validate(),
            new Dictionary<string, string> { [nameof(TransformerOptions.ContextLength)] = "--ctx-size" });

        return new ModelRequest(
            model ?? Path.Combine(host.BaseDirectory, DemoPair.Target),
            model is null ? Path.Combine(host.BaseDirectory, DemoPair.Draft) : draft,
            IsDemoPair: model is null,
            contextSize,
            _device.Read(arguments))
        {
            Format = arguments.GetValue(_format) switch
            {
                "auto" or null => LoadFormat.Checkpoint,
                "dummy" => LoadFormat.Dummy,
                "dummy-int4" => LoadFormat.DummyInt4,
                { } other => throw new UsageException($"--load-format must be auto, dummy or dummy-int4; {other} was given."),
            },
            Residency = _offload.Read(arguments),
            Storage = _offload.ReadStorage(arguments),
        };
    }
}
