using System.CommandLine;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Machine;
using SpecExecNative.Bench.Running;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cpu;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Bench.Stream;

/// <summary>
/// <c>stream</c>: what the way to a device carries, and whether a model that does not stay there takes as long as its weights take to come, and
/// no longer. Weights are generated, so a model's configuration is enough; its text is noise, its times are those of a trained model of that
/// shape (but for how deep trees become).
/// </summary>
internal sealed class StreamCommand
{
    private const int GroupSize = 128; // of 4-bit weights
    private const double Gigabyte = 1e9;

    private readonly Option<string?> _config = new("--config") { Description = "config.json of a target: passes of a pair are measured, too." };
    private readonly Option<string?> _draftConfig = new("--draft-config") { Description = "The same of the draft." };
    private readonly Option<int> _bits = new("--bits") { Description = "Bits of the target's layers: 4 or 16.", DefaultValueFactory = _ => 4 };
    private readonly Option<int> _draftBits = new("--draft-bits") { Description = "The same of the draft.", DefaultValueFactory = _ => 4 };
    private readonly Option<int[]> _budgets = new("--budgets") { Description = "Tree budgets.", DefaultValueFactory = _ => [64, 256, 1024, 2048], AllowMultipleArgumentsPerToken = true };
    private readonly Option<int> _iterations = new("--iterations") { Description = "Iterations that count, for each budget.", DefaultValueFactory = _ => 5 };
    private readonly Option<int?> _resident = new("--gpu-layers") { Description = "Layers that stay on the device. Default: as many as fit." };
    private readonly Option<double?> _memory = new("--vram-budget") { Description = "Memory of the device that may be used, in GB. Default: what is free." };
    private readonly Option<int> _slots = new("--ring-slots") { Description = "Layers that the ring holds.", DefaultValueFactory = _ => ResidencyPlan.DefaultSlots };
    private readonly Option<string> _weights = new("--weights") { Description = "Where streamed layers wait: ram or disk.", DefaultValueFactory = _ => "ram" };
    private readonly Option<string> _cache = new("--packed-cache") { Description = "Folder of packed layers, and of a file that copies from disk are made from.", DefaultValueFactory = _ => new StorageOptions().Folder };
    private readonly Option<double?> _limit = new("--link-limit") { Description = "Hold copies of layers back to so many GB/s, as a slower link would." };
    private readonly Option<int> _largest = new("--largest-copy") { Description = "Largest copy in MiB; pinned memory is taken up to four times as large.", HelpName = "MIB", DefaultValueFactory = _ => 256 };
    private readonly Option<string> _device = new("--device") { Description = "cuda or cpu.", DefaultValueFactory = _ => "cuda" };
    private readonly CaseFilter _filter;
    private readonly TimingOptions _times;
    private readonly RunOptions _run;

    private StreamCommand(Command command)
    {
        _bits.AcceptOnlyFromAmong("4", "16");
        _draftBits.AcceptOnlyFromAmong("4", "16");
        _weights.AcceptOnlyFromAmong("ram", "disk");
        _device.AcceptOnlyFromAmong("cuda", "cpu");
        _iterations.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--iterations must be 1 or more.");
            }
        });
        _budgets.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int[]>() is { } sizes && sizes.Any(size => size < 1))
            {
                result.AddError("--budgets must be 1 or more.");
            }
        });
        _largest.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 512)
            {
                result.AddError("--largest-copy must be within 1 … 512.");
            }
        });
        foreach (Option option in new Option[] { _config, _draftConfig, _bits, _draftBits, _budgets, _iterations, _resident, _memory, _slots, _weights, _cache, _limit, _largest, _device })
        {
            command.Add(option);
        }

        _filter = new CaseFilter(command);
        _times = new TimingOptions(command);
        _run = new RunOptions(command);
    }

    public static Command Create()
    {
        Command command = new("stream", "Measure the way to the device: copies, pinning, overlap, and streamed passes of a model's shape; weights are generated.");
        var stream = new StreamCommand(command);
        command.SetAction(stream.Execute);
        return command;
    }

    private int Execute(ParseResult result)
    {
        bool isCpu = result.GetValue(_device) == "cpu";
        int[] sizes = result.GetValue(_config) is null ? [] : result.GetValue(_budgets)!;
        IReadOnlyList<BenchCase<StreamSession>> cases = _filter.Of(result, [.. LinkCases(isCpu), .. sizes.Select(PassCase)]);
        StreamPair? pair = PairOf(result);
        bool needsPair = sizes.Any(k => cases.Any(c => c.Name == PassCase(k).Name));
        Timing timing = _times.Of(result);
        const int Megabyte = 1 << 20;
        var request = new StreamRequest(
            note => isCpu ? new CpuDevice() : CudaDevice.Open(new CudaDeviceOptions { Log = note }),
            needsPair ? pair : null, result.GetValue(_largest) * Megabyte, result.GetValue(_cache)!, timing);
        return _run.Execute(result, new BenchPlan<StreamSession>(
            "stream",
            [.. pair is null ? [] : PairSettings(result, pair), new("largest copy, MiB", $"{result.GetValue(_largest)}"), .. TimingOptions.Settings(timing)],
            (_, note) => new StreamSession(request, note),
            cases));
    }

    private static IEnumerable<BenchCase<StreamSession>> LinkCases(bool isCpu)
    {
        CopyOrigin[] origins = isCpu ? [CopyOrigin.Pinned, CopyOrigin.Staged, CopyOrigin.Disk] : Enum.GetValues<CopyOrigin>();
        foreach (CopyOrigin origin in origins)
        {
            foreach ((int queues, string name) in new[] { (1, ""), (2, ", two queues") })
            {
                yield return new($"copy, {CopyRates.Name(origin)}{name}", (session, cancellation) => new CopyRates(session).Measure(origin, queues, cancellation));
            }
        }

        if (!isCpu)
        {
            yield return new("pin, the driver's", (session, cancellation) => new PinRates(session).Measure(isRegistered: false, cancellation));
            yield return new("pin, registered", (session, cancellation) => new PinRates(session).Measure(isRegistered: true, cancellation));
        }

        foreach (string share in OverlapEfficiency.Shares)
        {
            yield return BenchCase<StreamSession>.Single($"overlap, {share}", session => new OverlapEfficiency(session).Measure(share));
        }
    }

    private static BenchCase<StreamSession> PassCase(int budget) => new($"K = {budget}", (session, cancellation) => [StreamedIterations.Measure(session, budget, cancellation)]);

    private StreamPair? PairOf(ParseResult result)
    {
        (string? target, string? draft) = (result.GetValue(_config), result.GetValue(_draftConfig));
        if (target is null || draft is null)
        {
            return target is null && draft is null ? null : throw new BenchException("--config and --draft-config belong together: a target and its draft.");
        }

        var residency = new ResidencyRequest
        {
            ResidentLayers = result.GetValue(_resident),
            Slots = result.GetValue(_slots),
            BudgetBytes = result.GetValue(_memory) is { } gigabytes ? (long)(gigabytes * Gigabyte) : null,
        };
        var storage = new StorageOptions
        {
            Place = result.GetValue(_weights) == "disk" ? WeightPlace.Disk : WeightPlace.Ram,
            Folder = result.GetValue(_cache)!,
            LinkLimit = result.GetValue(_limit) * Gigabyte,
        };
        return new StreamPair(
            Model(target, result.GetValue(_bits)), Model(draft, result.GetValue(_draftBits)), residency, storage, result.GetValue(_budgets)!.Max(), result.GetValue(_iterations));
    }

    private Parameter[] PairSettings(ParseResult result, StreamPair pair) =>
    [
        new("config", InputName.OfFile(result.GetValue(_config)!)), new("bits", $"{result.GetValue(_bits)}"),
        new("draft", InputName.OfFile(result.GetValue(_draftConfig)!)), new("draft bits", $"{result.GetValue(_draftBits)}"),
        new("weights", result.GetValue(_weights)!), new("resident layers", pair.Residency.ResidentLayers?.ToString() ?? "as many as fit"), new("slots", $"{pair.Residency.Slots}"),
        new("memory of the device, GB", result.GetValue(_memory)?.ToString() ?? "what is free"), new("link limit, GB/s", result.GetValue(_limit)?.ToString() ?? "none"),
        new("largest K", $"{pair.LargestBudget}"), new("iterations", $"{pair.Iterations}"),
    ];

    private static WeightCatalog Model(string file, int size)
        => WeightCatalog.Generated(ModelConfigReader.Read(file) with { Quantization = null }, file, size == 4 ? new Int4Groups(GroupSize, HasZeros: false) : null);
}
