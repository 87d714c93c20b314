using System.CommandLine;
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
/// <c>stream</c>: whether passes take as long as their weights take to come, and no longer. Weights are generated, so a model's
/// configuration is enough; its text is noise, its times are those of a trained model of that shape (but for how deep trees become).
/// </summary>
internal static class StreamCommand
{
    private const int GroupSize = 128; // of 4-bit weights

    public static Command Create()
    {
        Option<string> config = new("--config") { Description = "config.json of the target.", Required = true };
        Option<string> draftConfig = new("--draft-config") { Description = "The same of the draft.", Required = true };
        Option<int> bits = new("--bits") { Description = "Bits of the target's layers: 4 or 16.", DefaultValueFactory = _ => 4 };
        bits.AcceptOnlyFromAmong("4", "16");
        Option<int> draftBits = new("--draft-bits") { Description = "The same of the draft.", DefaultValueFactory = _ => 4 };
        draftBits.AcceptOnlyFromAmong("4", "16");
        Option<int[]> budgets = new("--budgets") { Description = "Tree budgets.", DefaultValueFactory = _ => [64, 256, 1024, 2048], AllowMultipleArgumentsPerToken = true };
        Option<int> iterations = new("--iterations") { Description = "Iterations that count, for each budget.", DefaultValueFactory = _ => 5 };
        Option<int?> resident = new("--gpu-layers") { Description = "Layers that stay on the device. Default: as many as fit." };
        Option<double?> budget = new("--vram-budget") { Description = "Memory of the device that may be used, in GB. Default: what is free." };
        Option<int> slots = new("--ring-slots") { Description = "Layers that the ring holds.", DefaultValueFactory = _ => ResidencyPlan.DefaultSlots };
        Option<string> weights = new("--weights") { Description = "Where streamed layers wait: ram or disk.", DefaultValueFactory = _ => "ram" };
        weights.AcceptOnlyFromAmong("ram", "disk");
        Option<string> cache = new("--packed-cache") { Description = "Folder of packed layers.", DefaultValueFactory = _ => new StorageOptions().Folder };
        Option<double?> limit = new("--link-limit") { Description = "Hold copies back to so many GB/s, as a slower link would." };
        Option<string> device = new("--device") { Description = "cuda or cpu.", DefaultValueFactory = _ => "cuda" };
        device.AcceptOnlyFromAmong("cuda", "cpu");
        Command command = new("stream", "Measure streamed passes of a model's shape against the link's rate; weights are generated.")
        {
            config, draftConfig, bits, draftBits, budgets, iterations, resident, budget, slots, weights, cache, limit, device,
        };
        var run = new RunOptions(command);
        command.SetAction(result =>
        {
            const double Gigabyte = 1e9;
            (string targetFile, int targetBits) = (result.GetValue(config)!, result.GetValue(bits));
            (string draftFile, int smallBits) = (result.GetValue(draftConfig)!, result.GetValue(draftBits));
            var residency = new ResidencyRequest
            {
                ResidentLayers = result.GetValue(resident),
                Slots = result.GetValue(slots),
                BudgetBytes = result.GetValue(budget) is { } gigabytes ? (long)(gigabytes * Gigabyte) : null,
            };
            string place = result.GetValue(weights)!;
            var storage = new StorageOptions { Place = place == "disk" ? WeightPlace.Disk : WeightPlace.Ram, Folder = result.GetValue(cache)!, LinkLimit = result.GetValue(limit) * Gigabyte };
            bool isCpu = result.GetValue(device) == "cpu";
            int[] sizes = result.GetValue(budgets)!;
            int counted = result.GetValue(iterations);
            var request = new StreamRequest(
                note => isCpu ? new CpuDevice() : CudaDevice.Open(new CudaDeviceOptions { Log = note }),
                Model(targetFile, targetBits), Model(draftFile, smallBits), residency, storage, sizes.Max(), counted);
            return run.Execute(result, new BenchPlan<StreamSession>(
                "stream",
                [
                    new("config", InputName.OfFile(targetFile)), new("bits", $"{targetBits}"), new("draft", InputName.OfFile(draftFile)), new("draft bits", $"{smallBits}"),
                    new("weights", place), new("resident layers", residency.ResidentLayers?.ToString() ?? "as many as fit"), new("slots", $"{residency.Slots}"),
                    new("memory of the device, GB", result.GetValue(budget)?.ToString() ?? "what is free"), new("link limit, GB/s", result.GetValue(limit)?.ToString() ?? "none"),
                    new("largest K", $"{request.LargestBudget}"), new("iterations", $"{counted}"),
                ],
                (_, note) => new StreamSession(request, note),
                [.. sizes.Select(k => new BenchCase<StreamSession>($"K = {k}", (session, cancellation) => [StreamedIterations.Measure(session, k, cancellation)]))]));
        });
        return command;
    }

    private static WeightCatalog Model(string file, int size)
        => WeightCatalog.Generated(ModelConfigReader.Read(file) with { Quantization = null }, file, size == 4 ? new Int4Groups(GroupSize, HasZeros: false) : null);
}
