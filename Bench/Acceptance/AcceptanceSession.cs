using SpecExecNative.Bench.Running;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels.Cpu;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Bench.Acceptance;

/// <summary>The pair, on the CPU: what it accepts is the same on every device.</summary>
internal sealed class AcceptanceSession : BenchSession
{
    private readonly CpuDevice _device = new();
    private readonly Transformer _target;
    private readonly Transformer _draft;

    public AcceptanceSession(DirectoryInfo target, DirectoryInfo draft)
    {
        _target = Load(target);
        _draft = Load(draft);
        Generator = new Generator(_target, _draft, TokenizerLoader.Load(target.FullName), TokenizerLoader.Load(draft.FullName));
    }

    public Generator Generator { get; }

    public override string Device => _device.Name;

    public override void Dispose()
    {
        _draft.Dispose();
        _target.Dispose();
        _device.Dispose();
    }

    private Transformer Load(DirectoryInfo folder)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder.FullName);
        return Transformer.Load(checkpoint, _device, new TransformerOptions());
    }
}
