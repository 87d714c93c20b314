using SpecExecNative.Bench.Running;

namespace SpecExecNative.Bench.Micro;

/// <summary>The process itself: every benchmark brings what it needs.</summary>
internal sealed class MicroSession : BenchSession
{
    public override string Device => "one thread of the processor";

    public override void Dispose()
    {
    }
}
