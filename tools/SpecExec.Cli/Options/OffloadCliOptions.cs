using System.CommandLine;
using System.Globalization;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Kernels.Cuda;

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

    private readonly Option<string> _weights = new("--weights")
    {
        Description = "Where streamed layers wait: in main memory (ram), in a file on an SSD (disk; packed once, see --packed-cache), or auto: on disk only if memory does not hold them.",
        HelpName = "auto|ram|disk",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<string?> _cache = new("--packed-cache") { Description = $"Folder of packed layers. Given, layers are kept there even if they wait in main memory, and the next start packs nothing. Default, for layers on disk alone: {DefaultFolder}.", HelpName = "dir" };

    private readonly Option<string?> _pinned = new("--pinned-limit")
    {
        Description = "Main memory to be pinned for layers at most, where the system grants no more (specexec doctor tells); the others go through a small pinned ring. Default: until it is refused, on Windows what a probe was granted.",
        HelpName = "20GB",
    };

    private readonly Option<string?> _limit = new("--link-limit") { Description = "Hold copies of layers back to this rate, to see what a slower link would do.", HelpName = "12GB/s" };

    /// <summary>How much stays.</summary>
    public void AddTo(Command command)
    {
        command.Add(_layers);
        command.Add(_budget);
        command.Add(_slots);
    }

    /// <summary>Where the rest waits.</summary>
    public void AddStorageTo(Command command)
    {
        command.Add(_weights);
        command.Add(_cache);
        command.Add(_limit);
        command.Add(_pinned);
    }

    private static string DefaultFolder => Path.Combine(Path.GetDirectoryName(KernelCache.DefaultFolder)!, "packed");

    /// <summary>Of where the rest waits, what can be forecast.</summary>
    public void AddPlaceTo(Command command) => command.Add(_weights);

    /// <exception cref="UsageException">It makes no sense.</exception>
    public WeightPlace ReadPlace(ParseResult arguments) => arguments.GetValue(_weights) switch
    {
        "auto" or null => WeightPlace.Auto,
        "ram" => WeightPlace.Ram,
        "disk" => WeightPlace.Disk,
        { } other => throw new UsageException($"--weights must be auto, ram or disk; {other} was given."),
    };

    /// <exception cref="UsageException">A value makes no sense.</exception>
    public StorageOptions ReadStorage(ParseResult arguments) => new()
    {
        Place = ReadPlace(arguments),
        Folder = arguments.GetValue(_cache) ?? DefaultFolder,
        KeepsPacked = arguments.GetValue(_cache) is not null,
        PinnedBytes = arguments.GetValue(_pinned) is { } pinned ? ByteSize.Parse("--pinned-limit", pinned) : null,
        LinkLimit = arguments.GetValue(_limit) is { } limit ? ByteSize.ParseRate("--link-limit", limit) : null,
    };

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
