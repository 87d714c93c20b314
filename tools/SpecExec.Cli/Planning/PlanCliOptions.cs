using System.CommandLine;
using SpecExecNative.Cli.Options;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Planning;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Simulated;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Cli.Planning;

/// <summary>Which pair on which card.</summary>
internal sealed class PlanCliOptions
{
    private const int LargestBatch = 128;

    private static readonly int[] UsualBudgets = [16, 32, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096];

    private static readonly Dictionary<string, string> Names = new()
    {
        [nameof(TreeOptions.Budget)] = "--tree-budget",
        [nameof(TreeOptions.BatchSize)] = "--tree-batch",
        [nameof(TreeOptions.MaxDepth)] = "--tree-depth",
        [nameof(TreeOptions.BranchWidth)] = "--tree-width",
        [nameof(PlanRequest.PromptTokens)] = "--prompt-tokens",
        [nameof(PlanRequest.Iterations)] = "--iterations",
    };

    private readonly Option<string?> _config = new("--config") { Description = "config.json of the target (weights are not needed), or its directory.", HelpName = "file", Required = true };
    private readonly Option<string?> _draftConfig = new("--draft-config") { Description = "The same of the draft.", HelpName = "file", Required = true };
    private readonly Option<int?> _bits = new("--bits") { Description = "Bits of the target's layers: 4 or 16. Default: as its configuration says, 16 where it says nothing.", HelpName = "4|16" };
    private readonly Option<int?> _draftBits = new("--draft-bits") { Description = "The same of the draft.", HelpName = "4|16" };
    private readonly Option<int> _groupSize = new("--group-size") { Description = "Inputs that share a scale, where --bits 4 decides.", HelpName = "inputs", DefaultValueFactory = _ => 128 };
    private readonly Option<string> _gpu = new("--gpu") { Description = $"Card: {string.Join(", ", SimulatedCards.BuiltIn.Select(c => c.Name))}, or one of --cards.", HelpName = "name", DefaultValueFactory = _ => "RTX 4090" };
    private readonly Option<string?> _cards = new("--cards") { Description = "A file with further cards, of the form of Kernels/Simulated/cards.json.", HelpName = "file" };
    private readonly Option<string?> _link = new("--link") { Description = "What the link carries to the card. Default: what the card was made for.", HelpName = "25GB/s" };
    private readonly Option<string?> _vram = new("--vram") { Description = "The card's memory. Default: the card's own.", HelpName = "24GB" };
    private readonly Option<string?> _ram = new("--ram") { Description = "Main memory of the machine, of which four fifths may hold layers. Default: enough.", HelpName = "64GB" };
    private readonly Option<string?> _disk = new("--disk") { Description = "What the SSD gives, for layers that wait there. Default: 5GB/s.", HelpName = "7GB/s" };
    private readonly Option<string> _acceptance = new("--acceptance") { Description = $"Which drafted tokens are accepted: {AcceptanceText.Forms}.", HelpName = "text", DefaultValueFactory = _ => "mtbench-7b" };
    private readonly Option<string?> _budget = new("--tree-budget") { Description = "Drafted tokens that the target scores in one pass; auto: chosen for each pass, as generate does. Default: several are tried, the fastest is the answer.", HelpName = "nodes|auto" };
    private readonly Option<int?> _batch = new("--tree-batch") { Description = "Nodes that one pass of the draft computes. Default: what is fastest.", HelpName = "nodes" };
    private readonly Option<int> _depth = new("--tree-depth") { Description = "Deepest node of the tree.", HelpName = "tokens", DefaultValueFactory = _ => new TreeOptions().MaxDepth };
    private readonly Option<int> _width = new("--tree-width") { Description = "Children considered per node.", HelpName = "children", DefaultValueFactory = _ => new TreeOptions().BranchWidth };
    private readonly Option<int?> _context = new("--ctx-size", "-c") { Description = "Tokens of prompt and text together.", HelpName = "tokens" };
    private readonly Option<int> _prompt = new("--prompt-tokens") { Description = "Tokens of the prompt.", HelpName = "tokens", DefaultValueFactory = _ => 512 };
    private readonly Option<int> _iterations = new("--iterations") { Description = "Iterations that are averaged.", HelpName = "count", DefaultValueFactory = _ => 16 };
    private readonly Option<string?> _trace = new("--trace") { Description = "Write the last iteration's timeline, for chrome://tracing or ui.perfetto.dev.", HelpName = "file" };
    private readonly OffloadCliOptions _offload = new();

    public void AddTo(Command command)
    {
        Option[] options =
        [
            _config, _draftConfig, _bits, _draftBits, _groupSize, _gpu, _cards, _link, _vram, _ram, _disk, _acceptance, _budget, _batch, _depth, _width,
            _context, _prompt, _iterations, _trace,
        ];
        foreach (Option option in options)
        {
            command.Add(option);
        }

        _offload.AddTo(command);
        _offload.AddPlaceTo(command);
    }

    /// <exception cref="UsageException">A value makes no sense.</exception>
    /// <exception cref="ModelConfigException">A configuration cannot be read, or is not supported.</exception>
    public PlanCommandRequest Read(ParseResult arguments)
    {
        int? batch = arguments.GetValue(_batch);
        (bool isAutomatic, int? budget) = TreeCliOptions.ReadBudget(arguments.GetValue(_budget));
        ResidencyRequest residency = _offload.Read(arguments);
        var pair = new PlanRequest
        {
            Target = Model(arguments, _config, _bits),
            Draft = Model(arguments, _draftConfig, _draftBits),
            Acceptance = AcceptanceText.Parse(arguments.GetValue(_acceptance)!),
            Tree = new TreeOptions
            {
                Budget = budget ?? (isAutomatic ? TreeOptions.LargestChosenBudget : UsualBudgets[0]),
                ChoosesBudget = isAutomatic,
                BatchSize = batch ?? LargestBatch,
                MeasuresBatch = batch is null,
                MaxDepth = arguments.GetValue(_depth),
                BranchWidth = arguments.GetValue(_width),
            },
            Residency = residency,
            Storage = new StorageOptions
            {
                Place = _offload.ReadPlace(arguments),
                MemoryBytes = arguments.GetValue(_ram) is { } ram ? (long)(StorageOptions.MemoryShare * ByteSize.Parse("--ram", ram)) : long.MaxValue,
            },
            ContextLength = arguments.GetValue(_context),
            PromptTokens = arguments.GetValue(_prompt),
            Iterations = arguments.GetValue(_iterations),
        };
        if (arguments.GetValue(_disk) is { } disk)
        {
            pair = pair with { DiskBytesPerSecond = ByteSize.ParseRate("--disk", disk) };
        }

        OptionNames.Check(pair.Validate, Names);
        return new PlanCommandRequest(
            pair,
            Card(arguments),
            arguments.GetValue(_link) is { } link ? ByteSize.ParseRate("--link", link) : null,
            arguments.GetValue(_vram) is { } vram ? ByteSize.Parse("--vram", vram) : null,
            budget is not null || isAutomatic ? [pair.Tree.Budget] : UsualBudgets,
            arguments.GetValue(_trace));
    }

    private WeightCatalog Model(ParseResult arguments, Option<string?> config, Option<int?> bits)
    {
        string path = arguments.GetValue(config)!;
        string file = Directory.Exists(path) ? Path.Combine(path, ModelConfigReader.ConfigFileName) : path;
        ModelConfig read = ModelConfigReader.Read(file);
        int size = arguments.GetValue(_groupSize);
        if (size < 1)
        {
            throw new UsageException($"--group-size must be 1 or more; {size} was given.");
        }

        return arguments.GetValue(bits) switch
        {
            null => WeightCatalog.Generated(read, path),
            4 => WeightCatalog.Generated(read, path, new Int4Groups(size, HasZeros: false)),
            16 => WeightCatalog.Generated(read with { Quantization = null }, path),
            { } other => throw new UsageException($"{bits.Name} must be 4 or 16; {other} was given."),
        };
    }

    private SimulatedCard Card(ParseResult arguments)
    {
        IReadOnlyList<SimulatedCard> cards = [.. arguments.GetValue(_cards) is { } file ? ReadCards(file) : [], .. SimulatedCards.BuiltIn];
        string name = arguments.GetValue(_gpu)!;
        return SimulatedCards.Find(cards, name)
            ?? throw new UsageException($"--gpu must be one of {string.Join(", ", cards.Select(c => c.Name))}; {name} was given.");
    }

    private static IReadOnlyList<SimulatedCard> ReadCards(string file)
    {
        try
        {
            return SimulatedCards.Parse(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new UsageException($"--cards {file}: {e.Message}");
        }
    }
}
