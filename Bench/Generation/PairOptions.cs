using System.CommandLine;
using System.Globalization;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Machine;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cpu;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Bench.Generation;

/// <summary>Which pair, on which device, streamed from where: the options of all subcommands that run one.</summary>
internal sealed class PairOptions
{
    private const int DummyGroupSize = 128;
    private const double Gigabyte = 1e9;

    private readonly Option<string?> _target = new("--model", "-m") { Description = "Target: a folder, or org/name in the Hugging Face cache; with --load-format a config.json will do.", HelpName = "dir|org/name" };
    private readonly Option<string?> _draft = new("--model-draft", "-md") { Description = "The same of the draft.", HelpName = "dir|org/name" };
    private readonly Option<int?> _draftLayers = new("--draft-layers") { Description = "Layers of the draft to use, from the first on, with its own final norm and output head behind them. With the target as draft: what it would say at that depth. Default: all.", HelpName = "count" };
    private readonly Option<string> _format = new("--load-format") { Description = "Weights from the files (auto) or from a generator: in 16 bits (dummy) or with layers in 4 (dummy-int4).", DefaultValueFactory = _ => "auto" };
    private readonly Option<string> _device = new("--device") { Description = "cuda, cuda:N or cpu.", DefaultValueFactory = _ => "cpu" };
    private readonly Option<int?> _context = new("--ctx-size", "-c") { Description = "Tokens of prompt and text together.", HelpName = "tokens" };
    private readonly Option<int?> _resident = new("--gpu-layers", "-ngl") { Description = "Layers of the target that stay on the device. Default: as many as fit.", HelpName = "count" };
    private readonly Option<double?> _budget = new("--vram-budget") { Description = "Memory of the device that may be used, in GB. Default: what is free.", HelpName = "GB" };
    private readonly Option<int> _slots = new("--ring-slots") { Description = "Layers that the ring holds.", DefaultValueFactory = _ => ResidencyPlan.DefaultSlots };
    private readonly Option<string> _weights = new("--weights") { Description = "Where streamed layers wait: auto, ram or disk.", DefaultValueFactory = _ => "auto" };
    private readonly Option<string> _cache = new("--packed-cache") { Description = "Folder of packed layers.", DefaultValueFactory = _ => new StorageOptions().Folder };
    private readonly bool _isRequired;

    /// <param name="command">Gets the options.</param>
    /// <param name="isRequired">Without a pair it makes no sense.</param>
    public PairOptions(Command command, bool isRequired)
    {
        _isRequired = isRequired;
        _format.AcceptOnlyFromAmong("auto", "dummy", "dummy-int4");
        _weights.AcceptOnlyFromAmong("auto", "ram", "disk");
        (_target.Required, _draft.Required) = (isRequired, isRequired);
        foreach (Option option in (Option[])[_target, _draft, _device, .. Details])
        {
            command.Add(option);
        }
    }

    /// <summary>Options that say nothing without a pair.</summary>
    public IReadOnlyList<Option> Details => [_draftLayers, _format, _context, _resident, _budget, _slots, _weights, _cache];

    /// <summary>A pair is named.</summary>
    public bool IsGiven(ParseResult result) => _isRequired || result.GetValue(_target) is not null || result.GetValue(_draft) is not null;

    /// <summary>The device is a card, whose link can be held back.</summary>
    public bool IsCard(ParseResult result) => result.GetValue(_device) != "cpu";

    /// <summary>What is to be loaded.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="largestBudget">The most that any K will be.</param>
    /// <exception cref="BenchException">An option makes no sense.</exception>
    public PairRequest Read(ParseResult result, int largestBudget)
    {
        (string target, string draft) = Names(result);
        string format = result.GetValue(_format)!;
        Func<Action<string>, DType, ComputeDevice> open = ReadDevice(result.GetValue(_device)!);
        int? layers = result.GetValue(_draftLayers);
        return new PairRequest(open, () => Open(target, format), () => FirstLayers(Open(draft, format), layers))
        {
            LargestBudget = largestBudget,
            ContextLength = result.GetValue(_context),
            Residency = new ResidencyRequest
            {
                ResidentLayers = result.GetValue(_resident),
                Slots = result.GetValue(_slots),
                BudgetBytes = result.GetValue(_budget) is { } gigabytes ? (long)(gigabytes * Gigabyte) : null,
            },
            Storage = new StorageOptions
            {
                Place = result.GetValue(_weights) switch { "disk" => WeightPlace.Disk, "ram" => WeightPlace.Ram, _ => WeightPlace.Auto },
                Folder = result.GetValue(_cache)!,
            },
        };
    }

    /// <summary>The pair as tables call it: the names of target and draft.</summary>
    public (string Target, string Draft) Titles(ParseResult result)
    {
        (string target, string draft) = Names(result);
        return (NameOf(target), NameOf(draft) + (result.GetValue(_draftLayers) is { } layers ? $", first {layers} layers" : ""));
    }

    /// <summary>What was chosen and changes figures.</summary>
    public IEnumerable<Parameter> Settings(ParseResult result)
    {
        (string target, string draft) = Names(result);
        yield return new("model", InputNameOf(target));
        yield return new("draft", InputNameOf(draft));
        if (result.GetValue(_draftLayers) is { } layers)
        {
            yield return new("layers of the draft", $"{layers}");
        }

        yield return new("load format", result.GetValue(_format)!);
        yield return new("context", Word(result.GetValue(_context), "the models'"));
        yield return new("resident layers", Word(result.GetValue(_resident), "as many as fit"));
        yield return new("memory of the device, GB", Word(result.GetValue(_budget), "what is free"));
        yield return new("slots", $"{result.GetValue(_slots)}");
        yield return new("weights", result.GetValue(_weights)!);
    }

    private (string Target, string Draft) Names(ParseResult result) => (result.GetValue(_target), result.GetValue(_draft)) switch
    {
        ({ } target, { } draft) => (target, draft),
        _ => throw new BenchException("A pair needs both models: --model and --model-draft."),
    };

    private static PairModel FirstLayers(PairModel model, int? count)
    {
        if (count is null)
        {
            return model;
        }

        int all = model.Weights.Config.Layers;
        if (count < 1 || count > all)
        {
            model.Dispose();
            throw new BenchException($"--draft-layers must be from 1 to {all}, which is how many the draft has; {count} was given.");
        }

        return model with { Weights = model.Weights.FirstLayers(count.Value) };
    }

    /// <summary>Opens the device that a text names.</summary>
    /// <exception cref="BenchException">It names none.</exception>
    internal static Func<Action<string>, DType, ComputeDevice> ReadDevice(string text)
    {
        const string Numbered = "cuda:";
        if (text == "cpu")
        {
            return (_, _) => new CpuDevice();
        }

        int ordinal = 0;
        bool isCard = text == "cuda" || (text.StartsWith(Numbered, StringComparison.Ordinal) && int.TryParse(text.AsSpan(Numbered.Length), NumberStyles.None, CultureInfo.InvariantCulture, out ordinal));
        return isCard
            ? (note, element) => OpenCard(ordinal, element, note)
            : throw new BenchException($"--device must be cpu, cuda or cuda:N; {text} was given.");
    }

    private static CudaDevice OpenCard(int ordinal, DType element, Action<string> note)
    {
        bool hasBfloat16 = CudaCard.Require(ordinal).Generation != KernelGeneration.Turing;
        return CudaDevice.Open(new CudaDeviceOptions { Ordinal = ordinal, Element = hasBfloat16 ? element : DType.F16, Log = note });
    }

    private static PairModel Open(string name, string format)
    {
        if (format == "auto")
        {
            return PairModel.Open(name);
        }

        string file = File.Exists(name) ? name : Path.Combine(ModelLocator.Resolve(name), ModelConfigReader.ConfigFileName);
        Int4Groups? groups = format == "dummy-int4" ? new Int4Groups(DummyGroupSize, HasZeros: false) : null;
        return new PairModel(WeightCatalog.Generated(ModelConfigReader.Read(file), name, groups), Tokenizer: null, Files: null);
    }

    private static string InputNameOf(string name) => File.Exists(name) ? InputName.OfFile(name) : InputName.OfModel(new DirectoryInfo(ModelLocator.Resolve(name)));

    /// <summary>The last part of a path, or two where the last is only a role: <c>demo-pair/target</c>.</summary>
    private static string NameOf(string name)
    {
        string path = File.Exists(name) ? Path.ChangeExtension(name, null) : name;
        string[] parts = Path.GetFullPath(path).Replace('\\', '/').TrimEnd('/').Split('/');
        return parts[^1] is "target" or "draft" && parts.Length > 1 ? $"{parts[^2]}/{parts[^1]}" : parts[^1];
    }

    private static string Word<T>(T? value, string otherwise)
        where T : struct, IFormattable
        => value?.ToString(null, CultureInfo.InvariantCulture) ?? otherwise;
}
