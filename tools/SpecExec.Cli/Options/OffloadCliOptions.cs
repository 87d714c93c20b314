using System.CommandLine;
using System.Globalization;
using SpecExecNative.Engine.Offload;

namespace SpecExecNative.Cli.Options;

/// <summary>How much of the target stays on the card.</summary>
internal sealed class OffloadCliOptions
{
    private static readonly Dictionary<string, string> Names = new()
    {
        [nameof(ResidencyRequest.ResidentLayers)] = "--gpu-layers",
        [nameof(ResidencyRequest.Slots)] = "--ring-slots",
        [nameof(ResidencyRequest.BudgetBytes)] = "--vram-budget",
    };

    private readonly Option<string> _layers = new("--gpu-layers", "-ngl")
    {
        Description = "Layers of the target that stay on the card; the others wait in pinned main memory and cross the link in every pass. auto: as many as fit.",
        HelpName = "auto|all|count",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<string?> _budget = new("--vram-budget") { Description = "The card's memory that may be used in all. Default: what is free.", HelpName = "8GB" };

    private readonly Option<int> _slots = new("--ring-slots")
    {
        Description = "Streamed layers that may be on the card at a time: copies run ahead by so many.",
        HelpName = "count",
        DefaultValueFactory = _ => ResidencyPlan.DefaultSlots,
    };

    public void AddTo(Command command)
    {
        command.Add(_layers);
        command.Add(_budget);
        command.Add(_slots);
    }

    /// <exception cref="UsageException">A value makes no sense.</exception>
    public ResidencyRequest Read(ParseResult arguments)
    {
        string layers = arguments.GetValue(_layers)!;
        int count = 0;
        if (layers is not ("auto" or "all") && !int.TryParse(layers, NumberStyles.None, CultureInfo.InvariantCulture, out count))
        {
            throw new UsageException($"--gpu-layers must be auto, all or a number; {layers} was given.");
        }

        var request = new ResidencyRequest
        {
            ResidentLayers = layers switch { "auto" => null, "all" => int.MaxValue, _ => count },
            Slots = arguments.GetValue(_slots),
            BudgetBytes = arguments.GetValue(_budget) is { } budget ? ByteSize.Parse("--vram-budget", budget) : null,
        };
        OptionNames.Check(request.Validate, Names);
        return request;
    }
}
